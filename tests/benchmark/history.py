#!/usr/bin/env python3
"""A long history: each migration makes a table or changes one; how long does proving it take?

usage: history.py PGASSAY [MIGRATIONS [SUITE_KEYS]]

Prints the time of one psql that runs all ups over one connection, of pgassay with and without round trips, the
ratio, and the memory of pgassay. SUITE_KEYS are further keys of the database, such as "rows: 0".
"""
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time


def table(number):
    parent = max(number - 1, 1)
    return (
        f"CREATE TABLE t{number} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
        f"  parent_id bigint REFERENCES t{parent} (id), name text NOT NULL, amount numeric(10,2) CHECK (amount >= 0));\n"
        f"CREATE INDEX t{number}_parent ON t{number} (parent_id);\n",
        f"DROP TABLE t{number};\n",
    )


def column(number):
    target = number - 1
    return (
        f"ALTER TABLE t{target} ADD COLUMN note text;\nCREATE INDEX t{target}_note ON t{target} (note) WHERE note IS NOT NULL;\n",
        f"ALTER TABLE t{target} DROP COLUMN note;\n",
    )


def write_history(folder, count, changes):
    folder.mkdir()
    for number in range(1, count + 1):
        up, down = column(number) if changes and number % 5 == 0 else table(number)
        if changes and number % 5 == 1 and number > 1:
            up = up.replace(f"REFERENCES t{number - 1} ", f"REFERENCES t{number - 2} ")
        (folder / f"{number:05d}.sql").write_text(up)
        (folder / f"{number:05d}.down.sql").write_text(down)


def write_suite(root, name, keys):
    (root / f"{name}.yaml").write_text(f"suite: {name}\ndatabases: {{ long: {{ migrations: migrations, {keys} }} }}\n")


def seconds(command, root):
    start = time.monotonic()
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{command} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return time.monotonic() - start, done.stdout


def by_psql(program, root, count):
    """One psql, BEGIN and COMMIT around each file, on a scratch server that pgassay keeps."""
    _, output = seconds([program, "run", "--quiet", "--keep", "empty.yaml"], root)
    psql = re.search(r"^kept: (psql .*)$", output, re.MULTILINE).group(1)
    end = re.search(r"remove it with: (.*)$", output, re.MULTILINE).group(1)
    everything = "\\set ON_ERROR_STOP on\n" + "".join(
        f"BEGIN;\n\\i migrations/{number:05d}.sql\nCOMMIT;\n" for number in range(1, count + 1))
    (root / "all.psql").write_text(everything)
    try:
        return seconds(["sh", "-c", f"{psql} -qX -f all.psql"], root)[0]
    finally:
        subprocess.run(["sh", "-c", end], check=False)


def main(program, count="500", keys="rows: 0"):
    program = str(pathlib.Path(program).resolve())
    with tempfile.TemporaryDirectory(prefix="pgassay-bench-") as name:
        root = pathlib.Path(name)
        root.chmod(0o755)
        write_history(root / "migrations", int(count), True)
        (root / "empty").mkdir()
        (root / "empty" / "1.sql").write_text("SELECT 1;\n")
        (root / "empty.yaml").write_text("suite: empty\ndatabases: { empty: { migrations: empty } }\n")
        write_suite(root, "forward", "rollback: none, rows: 0")
        write_suite(root, "round", f"rollback: required, {keys}")
        psql = by_psql(program, root, int(count))
        forward, _ = seconds([program, "run", "--quiet", "forward.yaml"], root)
        proved, output = seconds([program, "run", "--quiet", "round.yaml"], root)
        print(output.strip().splitlines()[-1])
    print(f"{count} migrations by one psql         {psql:8.2f} s")
    print(f"pgassay run without round trips    {forward:8.2f} s")
    print(f"pgassay run with them ({keys})     {proved:8.2f} s")
    print(f"round trips / psql                 {proved / psql:8.2f}   aim: at most 3.00")
    print(f"largest process                    {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:8.0f} MiB")


if __name__ == "__main__":
    main(*sys.argv[1:])
