#!/usr/bin/env python3
"""Holds what packaging/ repeats against where it stands first.

usage: check_packaging.py INSTALLED [TOOL | --self-test]

INSTALLED is what meson installs, as it writes it: meson-info/intro-installed.json.

- the version of meson.build is that of every package;
- the libraries that script/setup installs for a build are those that the Debian package and the image build with, and the tarball;
- every dependency of meson.build, with its lowest version, is one of the RPM and of the Debian package; and by its name one of the formula
  and the flake;
- every file that meson installs is in a list of the RPM, and every line of these lists names one;
- what README.md and CONTRIBUTING.md name with a path is there.

With a TOOL, it reads the file that it can read instead: rpmspec, rpmlint, ruby or nix-instantiate. Without that tool, the test is skipped.
--self-test plants mistakes.
"""
import fnmatch
import json
import pathlib
import re
import shutil
import subprocess
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


# A dependency of meson.build: its package in Debian, in Homebrew and in nixpkgs.
PACKAGES = {
    "glib-2.0": ("libglib2.0-dev", "glib", "glib"),
    "json-glib-1.0": ("libjson-glib-dev", "json-glib", "json-glib"),
    "libarchive": ("libarchive-dev", "libarchive", "libarchive"),
    "libmicrohttpd": ("libmicrohttpd-dev", "libmicrohttpd", "libmicrohttpd"),
    "libcurl": ("libcurl4-openssl-dev", "curl", "curl"),
    "libpq": ("libpq-dev", "libpq", "libpq"),
    "libxml-2.0": ("libxml2-dev", "libxml2", "libxml2"),
    "libfyaml": ("libfyaml-dev", "libfyaml", "libfyaml"),
    "zlib": ("zlib1g-dev", "zlib", "zlib"),
}
OF_THE_TESTS = {"cmocka"}
# What the macros of an RPM stand for, below the prefix.
MACROS = {
    "%{_bindir}": "bin",
    "%{_datadir}": "share",
    "%{_docdir}": "share/doc",
    "%{_mandir}": "share/man",
    "%{_includedir}": "include",
    "%{_libdir}": "lib",
}
TOOLS = {
    "rpmspec": (["rpmspec", "--parse"], "packaging/pgassay.spec"),
    "rpmlint": (["rpmlint"], "packaging/pgassay.spec"),
    "ruby": (["ruby", "-c"], "packaging/pgassay.rb"),
    "nix-instantiate": (["nix-instantiate", "--parse"], "packaging/flake.nix"),
}
SKIPPED = 77


def wrong_version(texts):
    version = re.search(r"^  version: '([^']+)',$", texts["meson.build"], re.MULTILINE).group(1)
    for name, pattern in VERSIONS.items():
        found = re.search(pattern, texts[name], re.MULTILINE)
        if found is None or found.group(1) != version:
            yield f"{name}: has version {found and found.group(1)}, meson.build has {version}"


def missing_libraries(texts):
    needed = texts["script/setup"].split("needed=(", 1)[1].split("\n)", 1)[0]
    libraries = set(re.findall(r'^\t"(\S+-dev) ', needed, re.MULTILINE))
    if len(libraries) < 5:
        yield "script/setup: too few libraries found"
    for name in "packaging/debian/control", "packaging/Containerfile", "script/package":
        missing = libraries - set(re.findall(r"[\w.+-]+-dev\b", texts[name]))
        if missing:
            yield f"{name}: lacks {', '.join(sorted(missing))}, which script/setup installs"


def wrong_dependencies(texts):
    dependencies = re.findall(r"\bdependency\('([^']+)'(?:, version: '>=([\d.]+)')?", texts["meson.build"])
    if len(dependencies) < 5:
        yield "meson.build: too few dependencies found"
    for name, lowest in dependencies:
        if name in OF_THE_TESTS:
            continue
        if name not in PACKAGES:
            yield f"check_packaging.py: the packages of \"{name}\" are not known"
            continue
        debian, homebrew, nix = PACKAGES[name]
        for file, line in {
            "packaging/pgassay.spec": f"BuildRequires:  pkgconfig({name})" + (f" >= {lowest}" if lowest else ""),
            "packaging/debian/control": f" {debian}" + (f" (>= {lowest})," if lowest else ","),
            "packaging/pgassay.rb": f'  depends_on "{homebrew}"',
        }.items():
            if line not in texts[file].splitlines():
                yield f"{file}: lacks the line \"{line}\""
        if nix not in re.search(r"buildInputs = with pkgs; \[([^]]*)\]", texts["packaging/flake.nix"]).group(1).split():
            yield f"packaging/flake.nix: lacks {nix} in buildInputs"


def listed_files(spec):
    """The patterns of all %files sections, below the prefix."""
    for section in re.findall(r"^%files.*\n((?:(?!%(?:files|changelog)).+\n)*)", spec, re.MULTILINE):
        for line in section.splitlines():
            macro, _, rest = line.partition("/")
            if macro in MACROS:
                yield f"{MACROS[macro]}/{rest}" + ("*" if rest.endswith("/") else "")


def wrong_files(texts, installed):
    """`installed`: paths below the prefix; a library's folder may have the name of the machine in it."""
    patterns = set(listed_files(texts["packaging/pgassay.spec"]))
    paths = {re.sub(r"^lib(64)?/[^/]+-linux-gnu/", "lib/", re.sub(r"^lib64/", "lib/", path)) for path in installed}
    for path in sorted(paths):
        if not any(fnmatch.fnmatch(path, pattern) for pattern in patterns):
            yield f"packaging/pgassay.spec: no line of %files has {path}, which meson installs"
    for pattern in sorted(patterns):
        if not fnmatch.filter(paths, pattern):
            yield f"packaging/pgassay.spec: meson installs nothing like {pattern} of %files"
    folders = re.findall(r"^usr/(\S+)$", texts["packaging/debian/pgassay.install"] + texts["packaging/debian/libpgassay-dev.install"], re.MULTILINE)
    for path in sorted(paths):
        if path.split("/")[0] not in folders:
            yield f"packaging/debian: no .install file has {path}"


def wrong_links(texts):
    for name in "README.md", "CONTRIBUTING.md", "packaging/README.md":
        for link, path in LINK.findall(texts[name]):
            place = (ROOT / name).parent / link if link else ROOT / path
            if "VERSION" not in str(place) and not place.exists() and "shop" not in str(place):
                yield f"{name}: names {link or path}, which is not there"


def find_faults(texts, installed):
    return [
        *wrong_version(texts),
        *missing_libraries(texts),
        *wrong_dependencies(texts),
        *wrong_files(texts, installed),
        *wrong_links(texts),
    ]


def self_test(texts, installed):
    """Each mistake has to be found; a comment in a file is none."""
    mistakes = {
        "packaging/pgassay.spec": [
            ("Version:        ", "Version:        9."),
            ("pkgconfig(libarchive)", "pkgconfig(libtar)"),
            ("pkgconfig(libpq) >= 14", "pkgconfig(libpq) >= 9"),
            ("%{_includedir}/pgassay.h\n", ""),
            ("%{_datadir}/pgassay/\n", "%{_datadir}/pgassay/\n%{_datadir}/icons/x.svg\n"),
        ],
        "packaging/pgassay.rb": [('  version "', '  version "9.'), ('  depends_on "libfyaml"\n', "")],
        "packaging/flake.nix": [('version = "', 'version = "9.'), (" libmicrohttpd ", " ")],
        "packaging/debian/control": [(" zlib1g-dev,\n", ""), ("libpq-dev (>= 14)", "libpq-dev")],
        "packaging/debian/changelog": [("pgassay (", "pgassay (9.")],
        "packaging/Containerfile": [("libarchive-dev", "")],
        "packaging/debian/libpgassay-dev.install": [("usr/include\n", "")],
        "README.md": [("(packaging/README.md)", "(packaging/NONE.md)")],
    }
    failed = 0
    for name, pairs in mistakes.items():
        for old, new in pairs:
            if old not in texts[name] or not find_faults({**texts, name: texts[name].replace(old, new, 1)}, installed):
                print(f"not found: {name}: {old!r} becomes {new!r}")
                failed += 1
    if find_faults({**texts, "packaging/pgassay.spec": "# A remark.\n" + texts["packaging/pgassay.spec"]}, installed):
        print("a remark is taken for a mistake")
        failed += 1
    return failed


def read_with(tool):
    if shutil.which(tool) is None:
        print(f"skipped: there is no {tool}")
        return SKIPPED
    command, file = TOOLS[tool]
    done = subprocess.run([*command, file], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    print(done.stdout)
    return done.returncode


def main():
    if len(sys.argv) > 2 and sys.argv[2] in TOOLS:
        return read_with(sys.argv[2])
    options = json.loads(pathlib.Path(sys.argv[1]).with_name("intro-buildoptions.json").read_text(encoding="utf-8"))
    prefix = next(option["value"] for option in options if option["name"] == "prefix")
    files = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")).values()
    installed = [str(pathlib.Path(path).relative_to(prefix)) for path in files]
    names = [*VERSIONS, "meson.build", "script/setup", "script/package", "packaging/debian/control", "packaging/Containerfile",
             "packaging/debian/pgassay.install", "packaging/debian/libpgassay-dev.install", "README.md", "CONTRIBUTING.md", "packaging/README.md"]
    texts = {name: read(name) for name in names}
    if "--self-test" in sys.argv:
        return 1 if self_test(texts, installed) else 0
    faults = find_faults(texts, installed)
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
