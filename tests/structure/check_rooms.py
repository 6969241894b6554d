#!/usr/bin/env python3
"""Holds the includes of harness/ against the order of its rooms.

usage: check_rooms.py SOURCE_ROOT [--self-test]

The order is that of the "subdir" lines in harness/meson.build and in the meson.build of each folder; a folder's own files stand
where its library is made. Exits with 1, and names file, line and both rooms, when a file includes a header of a room that comes
later, or of a room without a place in the order. With --self-test it does so in a copy to which such an include was added,
and exits with 1 when that is not found.
"""
import pathlib
import re
import shutil
import sys
import tempfile

ENTRY = re.compile(r"^subdir\('([^']+)'\)|^\s*(?:\w+ = )?(static_library|migration_format_libs \+= static_library)\(", re.MULTILINE)
INCLUDE = re.compile(r'^#include "([^"]+)"')


def read_order(folder, name=""):
    """The rooms at and below the folder, from the bottom up: names such as "check/kind"."""
    order = []
    for match in ENTRY.finditer((folder / "meson.build").read_text(encoding="utf-8")):
        if match.group(1):
            order += read_order(folder / match.group(1), f"{name}/{match.group(1)}".strip("/"))
        elif name not in order:
            order.append(name)
    return order


def room_of(path, rooms):
    """The room that a path below harness/ belongs to; the family of a format counts as the room of formats."""
    for parent in pathlib.PurePosixPath(path).parents:
        if str(parent) in rooms:
            return str(parent)
    return None


def find_faults(root):
    harness = root / "harness"
    rooms = {name: place for place, name in enumerate(read_order(harness))}
    faults = []
    n_includes = 0
    for path in sorted(harness.rglob("*.[ch]")):
        name = path.relative_to(harness).as_posix()
        if name == "main.c":
            continue
        room = room_of(name, rooms)
        if room is None:
            faults.append(f"harness/{name}: its folder is no room: add a subdir line to the meson.build above it")
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            other = room_of(match.group(1), rooms) if match else None
            n_includes += match is not None
            if other is not None and rooms[other] > rooms[room]:
                faults.append(f'harness/{name}:{number}: "{room}" may not use "{other}", which comes later in the order of the rooms')
    return faults, n_includes


def main(root, *options):
    root = pathlib.Path(root)
    if "--self-test" in options:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(root / "harness", pathlib.Path(folder) / "harness")
            victim = pathlib.Path(folder) / "harness/base/error.c"
            victim.write_text('#include "check/kind/kind.h"\n' + victim.read_text(encoding="utf-8"), encoding="utf-8")
            faults, _ = find_faults(pathlib.Path(folder))
            if not any(fault.startswith("harness/base/error.c:1:") for fault in faults):
                print("an include against the order was not found", file=sys.stderr)
                return 1
        return 0
    faults, n_includes = find_faults(root)
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{n_includes} includes looked at")
    return 1 if faults or n_includes == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
