#!/usr/bin/env python3
"""Holds the names of static functions of harness/ against each other: a search for one must lead to one place.

usage: check_names.py SOURCE_ROOT [--self-test]

Exits with 1, and names the function and its files, when two files define a static function of the same name. With --self-test it
does so in a copy in which one function was defined once more, and exits with 1 when that is not found.
"""
import collections
import pathlib
import re
import shutil
import sys
import tempfile

# The name stands at the beginning of the line after its type.
STATIC = re.compile(r"^static [^\n;={]*\n(\w+)\(", re.MULTILINE)


def find_faults(root):
    places = collections.defaultdict(list)
    for path in sorted((root / "harness").rglob("*.c")):
        for name in STATIC.findall(path.read_text(encoding="utf-8")):
            file = path.relative_to(root).as_posix()
            if file not in places[name]:  # a declaration ahead of its definition
                places[name].append(file)
    return [f'"{name}" is static in {" and in ".join(files)}: give one of them a prefix by its file'
            for name, files in sorted(places.items()) if len(files) > 1], len(places)


def main(root, *options):
    root = pathlib.Path(root)
    if "--self-test" in options:
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder)
            shutil.copytree(root / "harness", copy / "harness")
            name = STATIC.search((copy / "harness/base/process.c").read_text(encoding="utf-8")).group(1)
            with (copy / "harness/catalog/merge.c").open("a", encoding="utf-8") as victim:
                victim.write(f"\nstatic void\n{name}(void)\n{{\n}}\n")
            faults, _ = find_faults(copy)
            if not any(fault.startswith(f'"{name}" is static in harness/base/process.c and in harness/catalog/merge.c') for fault in faults):
                print("a name that stands twice was not found", file=sys.stderr)
                return 1
        return 0
    faults, n_names = find_faults(root)
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{n_names} names looked at")
    return 1 if faults or n_names == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
