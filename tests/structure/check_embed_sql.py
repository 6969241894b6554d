#!/usr/bin/env python3
"""Tests script/embed-sql: what a query and its snippets become, and what is refused.

usage: check_embed_sql.py SCRIPT
"""
import pathlib
import subprocess
import sys
import tempfile

QUOTED = "-- quoted(name): in quotes.\nCASE WHEN :name ~ 'x' THEN :name::text\n     ELSE ':name' END\n"

# What is tested, its files, and what --print of query.sql gives; what is to stand in the error begins with "!".
CASES = [
    ("a file without includes stays as it is", {"query.sql": "SELECT quoted(a)\n  FROM b;\n"}, "SELECT quoted(a)\n  FROM b;\n"),
    ("a call becomes the text, indented as the call",
     {"query.sql": "-- include: quoted\nSELECT quoted(a.b) AS c;\n", "quoted": QUOTED},
     "SELECT CASE WHEN a.b ~ 'x' THEN a.b::text\n            ELSE 'a.b' END AS c;\n"),
    ("strings, comments and longer names are no calls",
     {"query.sql": "-- include: one\nSELECT 'one(1)', \"one(1)\", someone(1), s.one(1), one(1) -- one(1)\n", "one": "-- one(x)\n:x+1\n"},
     "SELECT 'one(1)', \"one(1)\", someone(1), s.one(1), 1+1 -- one(1)\n"),
    ("commas and brackets inside of an argument belong to it",
     {"query.sql": "-- include: two\nSELECT two(f(a, b), '),(');\n", "two": "-- two(x, y)\n:y || :x\n"},
     "SELECT '),(' || f(a, b);\n"),
    ("a snippet includes another",
     {"query.sql": "-- include: outer\nSELECT outer(a);\n", "outer": "-- outer(x)\n-- include: inner\n(inner(:x))\n", "inner": "-- inner(y)\n<:y>\n"},
     "SELECT (<a>);\n"),
    ("unknown", {"query.sql": "-- include: quoted, qouted\nSELECT quoted(a);\n", "quoted": QUOTED},
     '!query.sql:1: there is no "qouted" to include; there are: quoted'),
    ("a circle",
     {"query.sql": "-- include: one\nSELECT one(a);\n", "one": "-- one(x)\n-- include: two\ntwo(:x)\n", "two": "-- two(x)\n-- include: one\none(:x)\n"},
     '!two.sql:2: "one" includes itself: one > two > one'),
    ("itself", {"query.sql": "-- include: one\nSELECT one(a);\n", "one": "-- one(x)\n-- include: one\none(:x)\n"},
     '!one.sql:2: "one" includes itself: one > one'),
    ("too few arguments", {"query.sql": "-- include: two\nSELECT 1,\n  two(a);\n", "two": "-- two(x, y)\n:y || :x\n"},
     '!query.sql:3: "two" takes 2 arguments, not 1'),
    ("no end of the arguments", {"query.sql": "-- include: quoted\nSELECT quoted(a;\n", "quoted": QUOTED},
     '!query.sql:2: a ")" is missing'),
    ("not used", {"query.sql": "-- include: quoted\nSELECT 'quoted(a)';\n", "quoted": QUOTED},
     '!query.sql:1: "quoted" is included, and not used'),
    ("a parameter that the first line does not name",
     {"query.sql": "-- include: one\nSELECT one(a);\n", "one": "-- one(x)\n:y\n"}, "!one.sql:1: the text's parameters"),
    ("a first line without the name", {"query.sql": "-- include: one\nSELECT one(a);\n", "one": "SELECT 1\n"},
     '!one.sql:1: the first line is to be "-- one(PARAMETER, ...)"'),
]

# What is tested, a file, and the text that the program gets.
SHORTENED = [
    ("comments, indentation and the last semicolon are left out", "-- All.\nSELECT a, -- one\n       -- two\n       b\nFROM c;\n",
     ["SELECT a, -- one", "b", "FROM c"]),
    ("marks stay", "SELECT -- unit: a\n  b\nFROM c\nWHERE true\n  -- only: a\n  -- reads only\n  AND d\n  -- also updates\n",
     ["SELECT -- unit: a", "b", "FROM c", "WHERE true", "-- only: a", "-- reads only", "AND d", "-- also updates"]),
    ("a body between two $$ stays", "CREATE FUNCTION f()\n  AS $$SELECT\n\t1 -- one\n  $$;\n  -- two\n  SELECT 2\n",
     ["CREATE FUNCTION f()", "AS $$SELECT", "\t1 -- one", "  $$;", "SELECT 2"]),
    ("a string over two lines stays, and all with it", "-- It's one.\nSELECT 'a\n  b';\n", ["-- It's one.", "SELECT 'a", "  b'"]),
]


def run(script, files):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "include").mkdir()
        for file, text in files.items():
            path = folder / file if file.endswith(".sql") else folder / "include" / f"{file}.sql"
            path.write_text(text, encoding="utf-8")
        return subprocess.run([sys.executable, script, "--print", folder / "query.sql"], check=False, capture_output=True, text=True)


def embedded(script, text):
    """The lines of the text that the program gets of a file."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "query.sql").write_text(text, encoding="utf-8")
        subprocess.run([sys.executable, script, "room", folder / "made.c", folder / "query.sql"], check=True)
        lines = (folder / "made.c").read_text(encoding="utf-8").splitlines()
    return [line.strip().removeprefix('"').removesuffix(";").removesuffix('\\n"') for line in lines if line.startswith("\t")]


def main(script):
    failed = 0
    for name, text, expected in SHORTENED:
        found = embedded(script, text)
        failed += found != expected
        print(f"{'ok  ' if found == expected else 'FAIL'}  {name}")
        if found != expected:
            print(f"expected: {expected!r}\nfound:    {found!r}")
    for name, files, expected in CASES:
        done = run(script, files)
        if expected.startswith("!"):
            good = done.returncode == 1 and done.stdout == "" and expected[1:] in done.stderr
        else:
            good = done.returncode == 0 and done.stdout == expected
        failed += not good
        print(f"{'ok  ' if good else 'FAIL'}  {name}")
        if not good:
            print(f"expected: {expected!r}\nfound:    {done.stdout!r} {done.stderr!r}")
    print(f"{len(CASES) + len(SHORTENED) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
