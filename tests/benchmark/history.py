#!/usr/bin/env python3
"""A long history: each migration makes a table or changes one; how long does proving it take?

usage: history.py PGASSAY [MIGRATIONS [SUITE_KEYS [RUNS]]]

Prints what it takes one psql over one connection to apply all ups, and to run up, down and up of each; and to run pgassay
without round trips, with them, and with them on half of the history: seconds by the clock, and of the processors (pgassay with its server; for
psql they cannot be told apart). Then the ratios, and the memory of pgassay. SUITE_KEYS are further keys of the database, such
as "rows: 0". Of several RUNS the fastest counts: other work on the machine only ever adds time.
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


def write_suite(root, name, keys, folder="migrations"):
    (root / f"{name}.yaml").write_text(f"suite: {name}\ndatabases: {{ long: {{ migrations: {folder}, {keys} }} }}\n")


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(command, root):
    """Seconds by the clock, seconds of the processors, and what the command printed."""
    start, before = time.monotonic(), processor_seconds()
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{command} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return time.monotonic() - start, processor_seconds() - before, done.stdout


def by_psql(program, root, count, *files):
    """One psql, BEGIN and COMMIT around each file, on a scratch server that pgassay keeps; `files` are the ends of the
    names of those that are run for each migration."""
    _, _, output = measure([program, "run", "--quiet", "--keep", "empty.yaml"], root)
    psql = re.search(r"^kept: (psql .*)$", output, re.MULTILINE).group(1)
    end = re.search(r"remove it with: (.*)$", output, re.MULTILINE).group(1)
    everything = "\\set ON_ERROR_STOP on\n" + "".join(
        f"BEGIN;\n\\i migrations/{number:05d}{file}\nCOMMIT;\n" for number in range(1, count + 1) for file in files)
    (root / "all.psql").write_text(everything)
    try:
        return measure(["sh", "-c", f"{psql} -qX -f all.psql"], root)[:2]
    finally:
        subprocess.run(["sh", "-c", end], check=False)


def main(program, count="500", keys="rows: 0", runs="1"):
    program, count = str(pathlib.Path(program).resolve()), int(count)
    with tempfile.TemporaryDirectory(prefix="pgassay-bench-") as name:
        root = pathlib.Path(name)
        root.chmod(0o755)
        write_history(root / "migrations", count, True)
        write_history(root / "half", count // 2, True)
        (root / "empty").mkdir()
        (root / "empty" / "1.sql").write_text("SELECT 1;\n")
        (root / "empty.yaml").write_text("suite: empty\ndatabases: { empty: { migrations: empty } }\n")
        write_suite(root, "forward", "rollback: none, rows: 0")
        write_suite(root, "round", f"rollback: required, {keys}")
        write_suite(root, "half", f"rollback: required, {keys}", "half")

        def pgassay(suite):
            clock, processors, output = measure([program, "run", "--quiet", f"{suite}.yaml"], root)
            summary = output.strip().splitlines()[-1]
            if " 0 failed, 0 skipped" not in summary:
                sys.exit(f"{suite}.yaml: {summary}")
            return clock, processors

        def best(what):
            return [min(numbers) for numbers in zip(*(what() for _ in range(int(runs))))]

        psql = best(lambda: by_psql(program, root, count, ".sql"))
        scripts = best(lambda: by_psql(program, root, count, ".sql", ".down.sql", ".sql"))
        forward, proved, half = (best(lambda s=suite: pgassay(s)) for suite in ("forward", "round", "half"))
    print(f"{'':40}   clock  processors")
    print(f"{count} migrations by one psql".ljust(40) + f"{psql[0]:6.2f} s")
    print("up, down and up of each by one psql".ljust(40) + f"{scripts[0]:6.2f} s")
    for title, numbers in (("pgassay run without round trips", forward),
                           (f"pgassay run with them ({keys})", proved), (f"the same of {count // 2} migrations", half)):
        print(f"{title:40}{numbers[0]:6.2f} s    {numbers[1]:6.2f} s")
    print(f"{'round trips / psql, by the clock':40}{proved[0] / psql[0]:6.2f}     aim: at most 3.00")
    print(f"{'round trips / up, down, up by psql':40}{proved[0] / scripts[0]:6.2f}")
    print(f"{'round trips / without':40}{proved[0] / forward[0]:6.2f}      {proved[1] / forward[1]:6.2f}")
    print(f"{'whole / half of the history':40}{proved[0] / half[0]:6.2f}      {proved[1] / half[1]:6.2f}   2 is linear")
    print(f"{'largest process':40}{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:6.0f} MiB   aim: below 200")


if __name__ == "__main__":
    main(*sys.argv[1:])
