#!/usr/bin/env python3
"""A year of a project's life: does the fixture still find what it should find?

usage: year.py PGASSAY HISTORY

HISTORY is a module in years/. `pgassay init` writes the fixture for its first migration. Sixty more follow, with renames, new tables and
dropped ones, and each time `pgassay bless --yes` takes the change into the fixture. At the end it must find each fault that a migration
could bring, on what was there from the beginning as well as on what came later; and nothing in migrations that do no harm.
"""
import importlib
import pathlib
import subprocess
import sys
import tempfile

TIMEOUT = 120  # seconds for one command


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT, check=False)
    return done.returncode, done.stdout


def main():
    pgassay = str(pathlib.Path(sys.argv[1]).resolve())
    sys.path.insert(0, str(pathlib.Path(__file__).parent / "years"))
    year = importlib.import_module(sys.argv[2])
    problems = []
    with tempfile.TemporaryDirectory(prefix="year-") as folder:
        migrations = pathlib.Path(folder, "db")
        migrations.mkdir()
        pathlib.Path(migrations, "V001__first.sql").write_text(year.FIRST, encoding="utf-8")
        bless = ["env", "-C", folder, pgassay, "bless", f"suites/{year.NAME}.yaml"]
        code, text = run("env", "-C", folder, pgassay, "init", "--name", year.NAME, "db")
        if code != 0:
            sys.exit(text)
        number = 1
        for sql in year.history():
            number += 1
            pathlib.Path(migrations, f"V{number:03}__change.sql").write_text(sql + ";\n", encoding="utf-8")
            code, text = run(*bless, "--yes")
            if code != 0 or "in no fixture" in text:
                sys.exit(f"bless after {sql}: exit {code}\n{text}")
        if number != 61:
            sys.exit(f"a year of {number - 1} migrations")
        last = pathlib.Path(migrations, "V999__last.sql")
        for expected, statements in ((1, year.FAULTS), (0, year.HARMLESS)):
            for sql in statements:
                last.write_text(sql + ";\n", encoding="utf-8")
                code, text = run(*bless)
                if code != expected or "SQLSTATE" in text:
                    problems.append(f"exit {code}, expected {expected}: {sql}\n{text}")
    print(f"{len(year.FAULTS)} faults, {len(year.HARMLESS)} changes that do no harm")
    sys.exit("\n".join(problems) if problems else 0)


if __name__ == "__main__":
    main()
