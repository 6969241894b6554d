#!/usr/bin/env python3
"""Holds the walks of docs/architecture.md against the code.

usage: check_walks.py SOURCE_ROOT [--self-test]

Each row of a walk names a file below harness/ and functions; the line above the table says how many files and hops (steps into
another file) the walk has. Exits with 1, and names walk and row, when a file or a name in it is not there, when the numbers are
others, or when a walk has become longer than it may. With --self-test it does so in a copy in which one function has another name
and one number is wrong, and exits with 1 when that is not found.
"""
import pathlib
import re
import shutil
import sys
import tempfile

# Files and hops that a walk may have at most: fewer than before harness/ had rooms.
MOST = {
    "From a suite key to its JUnit case": (20, 33),
    "From a migration file to its history row": (26, 39),
    "From a dropped policy to its message": (23, 39),
}
ROW = re.compile(r"^\| `([a-z_/]+\.[ch])` \| ([^|]*)\|", re.MULTILINE)
NUMBERS = re.compile(r"(\d+) files,\s(\d+) hops")


def find_walk_faults(root, title, text):
    rows = ROW.findall(text)
    files = [file for file, _ in rows]
    found = (len(set(files)), sum(a != b for a, b in zip(files, files[1:])))
    stated = NUMBERS.search(text)
    faults = []
    if not stated or tuple(map(int, stated.groups())) != found:
        faults.append(f'"{title}" has {found[0]} files and {found[1]} hops: say so above its table')
    if any(number > most for number, most in zip(found, MOST[title])):
        faults.append(f'"{title}" has become longer than it may be: {found[0]} files and {found[1]} hops')
    for file, names in rows:
        path = root / "harness" / file
        code = path.read_text(encoding="utf-8") if path.exists() else None
        if code is None:
            faults.append(f'"{title}": there is no file harness/{file}')
            continue
        for name in re.findall(r"`(\w+)`", names):
            if not re.search(rf"\b{name}\b", code):
                faults.append(f'"{title}": harness/{file} has no "{name}"')
    return faults


def find_faults(root):
    text = (root / "docs/architecture.md").read_text(encoding="utf-8")
    faults = []
    for title in MOST:
        found = re.search(rf"^### {re.escape(title)}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
        faults += find_walk_faults(root, title, found.group(1)) if found else [f'docs/architecture.md has no walk "{title}"']
    return faults


def main(root, *options):
    root = pathlib.Path(root)
    if "--self-test" in options:
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder)
            shutil.copytree(root / "harness", copy / "harness")
            (copy / "docs").mkdir()
            text = (root / "docs/architecture.md").read_text(encoding="utf-8")
            (copy / "docs/architecture.md").write_text(NUMBERS.sub("1 files, 1 hops", text, count=1), encoding="utf-8")
            victim = copy / "harness/catalog/merge.c"
            victim.write_text(victim.read_text(encoding="utf-8").replace("catalog_snapshot_merge", "other"), encoding="utf-8")
            faults = find_faults(copy)
            if len(faults) != 2 or "say so above its table" not in faults[0] or "catalog_snapshot_merge" not in faults[1]:
                print("a wrong number or a function that is gone was not found:", *faults, sep="\n", file=sys.stderr)
                return 1
        return 0
    faults = find_faults(root)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
