#!/usr/bin/env python3
"""What "pgassay check" of a branch costs beside one psql that applies the whole history.

usage: gate.py PGASSAY [MIGRATIONS [NEW]] [--runs N] [--stages]

Two repositories of golang-migrate: one whose migrations mostly make a table each, one like a team's over years. The base has all but the NEW
last migrations. For each: seconds of the processors, which other work on the machine hardly changes, of psql with its server,
of a first check (the base is built) and of a second one (the base comes from the cache). Of several runs the cheapest counts.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import history
import realistic
import realistic_history

GIT = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]


def write_tables(folder, count):
    history.write_history(folder, count, True)
    ups = []
    for path in sorted(folder.glob("*.sql")):
        down = path.name.endswith(".down.sql")
        name = path.with_name(f"{path.name.split('.')[0]}_step.{'down' if down else 'up'}.sql")
        path.rename(name)
        if not down:
            ups.append(name)
    return ups


def write_new(folder, number):
    """Two kinds in turn, which are right: a table, a column with an index."""
    table = f"gate_{number}" if number % 2 == 0 else f"gate_{number - 1}"
    make = (f"CREATE TABLE {table} (id bigint PRIMARY KEY, name text NOT NULL);\n", f"DROP TABLE {table};\n")
    change = (f"ALTER TABLE {table} ADD note text;\nCREATE INDEX {table}_note ON {table} (note);\n",
              f"ALTER TABLE {table} DROP note;\n")
    up, down = make if number % 2 == 0 else change
    (folder / f"{number:05d}_step.up.sql").write_text(up)
    (folder / f"{number:05d}_step.down.sql").write_text(down)
    return folder / f"{number:05d}_step.up.sql"


def write_repository(root, kind, count, new):
    folder = root / "m"
    shutil.rmtree(folder, ignore_errors=True)
    ups = write_tables(folder, count - new) if kind == "tables" else realistic_history.write_history(folder, count - new)[0]
    (root / "go.mod").write_text("require github.com/golang-migrate/migrate/v4 v4.17.0\n")
    for command in (["init", "-q", "-b", "main"], ["add", "m", "go.mod"], ["commit", "-qm", "base"]):
        subprocess.run([*GIT, *command], cwd=root, check=True)
    first = count - new + 1 + (count - new + 1) % 2
    return ups + [write_new(folder, number) for number in range(first, first + new)]


def check(program, root, *options):
    """The cost of a check that has to pass."""
    start = time.monotonic()
    command = [program, "check", "--quiet", "--base", "main", *options]
    with open(root / "output", "wb") as output, subprocess.Popen(command, cwd=root, stdout=output, stderr=output) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        own, server = realistic.processor_seconds(child.pid)
    if child.returncode != 0:
        sys.exit(f"{command} failed:\n{(root / 'output').read_text()[-3000:]}")
    return realistic.Cost(time.monotonic() - start, own, server)


def show(title, cost, beside=None, aim=None):
    ratios = f"{cost.total / beside.total:9.2f} {cost.clock / beside.clock:9.2f}" if beside is not None else ""
    print(f"  {title:32}{cost.own:8.2f} {cost.server:8.2f} {cost.total:8.2f} {cost.clock:8.2f} {ratios}"
          f"{'' if aim is None else f'   aim: at most {aim}'}", flush=True)


def empty_cache(root):
    for pack in (root / "cache" / "pgassay").glob("base-*"):
        pack.unlink()


def measure(program, kind, count, new, runs, stages):
    with tempfile.TemporaryDirectory(prefix="pgassay-bench-") as name:
        top, root = pathlib.Path(name), pathlib.Path(name) / "repository"
        root.mkdir()
        top.chmod(0o755)
        os.environ["XDG_CACHE_HOME"] = str(root / "cache")
        ups = write_repository(root, kind, count, new)
        # Beside the repository, where "pgassay check" does not find it.
        (top / "empty").mkdir()
        (top / "empty" / "1.sql").write_text("SELECT 1;\n")
        (top / "empty.yaml").write_text("suite: empty\ndatabases: { empty: { migrations: empty } }\n")
        psql = realistic.cheapest(runs, lambda: realistic.run_psql(program, top, ups, False))
        first, second = None, None
        for _ in range(runs):
            empty_cache(root)
            one = check(program, root)
            two = check(program, root)
            first = one if first is None or one.total < first.total else first
            second = two if second is None or two.total < second.total else second
        print(f"{kind}: {count} migrations, {new} new\n  {'seconds of the processors':32}{'pgassay':>8} {'server':>8} {'both':>8} {'clock':>8}"
              f"{'ratio':>10} {'by clock':>9}")
        show("one psql, all migrations", psql)
        show("first check / psql", first, psql, 2.0)
        show("second check / first", second, first, 0.3)
        if stages:
            realistic.show_stages(root / "build" / "reports" / "junit.xml")


def main():
    parser = argparse.ArgumentParser(description='What "pgassay check" costs.')
    parser.add_argument("program")
    parser.add_argument("migrations", nargs="?", type=int, default=500)
    parser.add_argument("new", nargs="?", type=int, default=2)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--stages", action="store_true")
    given = parser.parse_args()
    for kind in ("tables", "team"):
        measure(str(pathlib.Path(given.program).resolve()), kind, given.migrations, given.new, given.runs, given.stages)


if __name__ == "__main__":
    main()
