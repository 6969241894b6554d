#!/usr/bin/env python3
"""Holds what packaging/ repeats against where it stands first.

usage: check_packaging.py

- the version of meson.build is that of every package;
- the libraries that script/setup installs for a build are those that the Debian package and the image build with, and the tarball;
- what README.md and CONTRIBUTING.md name with a path is there.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSIONS = {  # file: what stands around the version
    "packaging/debian/changelog": r"^pgassay \(([^)]+)\)",
    "packaging/pgassay.spec": r"^Version: +(\S+)$",
    "packaging/pgassay.rb": r'^  version "([^"]+)"$',
    "packaging/flake.nix": r'^ +version = "([^"]+)";$',
}
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)|`((?:script|docs|packaging|tests|harness|suites)/[\w./-]*)`")


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def main():
    faults = []
    version = re.search(r"^  version: '([^']+)',$", read("meson.build"), re.MULTILINE).group(1)
    for name, pattern in VERSIONS.items():
        found = re.search(pattern, read(name), re.MULTILINE)
        if found is None or found.group(1) != version:
            faults.append(f"{name}: has version {found and found.group(1)}, meson.build has {version}")
    needed = read("script/setup").split("needed=(", 1)[1].split("\n)", 1)[0]
    libraries = set(re.findall(r'^\t"(\S+-dev) ', needed, re.MULTILINE))
    if len(libraries) < 5:
        faults.append("script/setup: too few libraries found")
    for name in "packaging/debian/control", "packaging/Containerfile", "script/package":
        missing = libraries - set(re.findall(r"[\w.+-]+-dev\b", read(name)))
        if missing:
            faults.append(f"{name}: lacks {', '.join(sorted(missing))}, which script/setup installs")
    for name in "README.md", "CONTRIBUTING.md", "packaging/README.md":
        for link, path in LINK.findall(read(name)):
            place = (ROOT / name).parent / link if link else ROOT / path
            if "VERSION" not in str(place) and not place.exists() and "shop" not in str(place):
                faults.append(f"{name}: names {link or path}, which is not there")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
