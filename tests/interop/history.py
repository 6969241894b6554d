#!/usr/bin/env python3
"""Compares what "pgassay check" says a tool would do with a changed history with what the tool does; see script/interop-history.

usage: history.py PGASSAY [TOOL...]

Each tool migrates a database with the files of the base, then with those of a branch that has changed them. Which of them it has
applied then, or that it refuses, has to be what the case "history" says.
"""
import importlib
import pathlib
import re
import subprocess
import sys
import tempfile

import driver
import server as servers
import tool as tools

UP, DOWN = "CREATE TABLE {0} (id int PRIMARY KEY);", "DROP TABLE {0};"


def pair(version, name, up, down):
    return {f"{version}_{name}.up.sql": up, f"{version}_{name}.down.sql": down}


def goose(version, name, up, down):
    return {f"{version}_{name}.sql": f"-- +goose Up\n{up}\n-- +goose Down\n{down}\n"}


def dbmate(version, name, up, down):
    return {f"{version}_{name}.sql": f"-- migrate:up\n{up}\n-- migrate:down\n{down}\n"}


# Name: how a migration is written, files beside them, files that show pgassay which tool it is, and the folder.
TOOLS = {
    "golang_migrate": (pair, {}, {"go.mod": "require github.com/golang-migrate/migrate/v4 v4.17.0\n"}),
    "goose": (goose, {}, {}),
    "dbmate": (dbmate, {}, {}),
    "flyway": (lambda version, name, up, down: {f"V{version}__{name}.sql": up}, {}, {}),
    "prisma": (
        lambda version, name, up, down: {f"{version}_{name}/migration.sql": up},
        {"migration_lock.toml": 'provider = "postgresql"\n'},
        {},
    ),
    "sqlx": (pair, {}, {"Cargo.toml": '[dependencies]\nsqlx = "0.8"\n'}),
    "atlas": (lambda version, name, up, down: {f"{version}_{name}.sql": up}, {}, {}),
}
ONE, TWO, THREE, FOUR = "20260101000001", "20260101000002", "20260101000003", "20260101000004"
BASE = [(ONE, "one", "one"), (THREE, "three", "three")]
# The changes of a branch to its base: version, name, table.
CHANGES = {
    "new": [*BASE, (FOUR, "four", "four")],
    "below": [BASE[0], (TWO, "two", "two"), BASE[1]],
    "equal": [*BASE, (THREE, "too", "too")],
    "edited": [(ONE, "one", "uno"), BASE[1]],
    "renamed": [BASE[0], (THREE, "drei", "three")],
    "deleted": [BASE[1]],
}


# Where pgassay is stricter on purpose: dbmate passes over the second file here, and fails with it on a new database; Atlas 0.13.1, the last
# version that can be had by its module, passes over what later versions (--exec-order linear) refuse.
STRICTER = {("dbmate", "equal"), ("atlas", "below"), ("atlas", "equal")}


def files_of(name, history):
    write, beside, _ = TOOLS[name]
    files = dict(beside)
    for version, title, table in history:
        files.update(write(version, title, UP.format(table), DOWN.format(table)))
    return importlib.import_module("tools.atlas").add_sum(files) if name == "atlas" else files


def migrate(module, run, name, history):
    driver.write(run.directory, files_of(name, history))
    return module.up(run).status != 0


def tables(server, database):
    return set(server.psql(database, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace").split())


def what_the_tool_does(server, module, installed, name, change):
    """"refuses", or the new tables that it has made."""
    case = tools.Case(change)
    server.create("theirs", "")
    run = tools.Run(installed, module.VERSIONS[0], case, server.folder / "history", "theirs", servers.HOST, server.port, servers.USER)
    if migrate(module, run, name, BASE):
        raise tools.Missing("it does not migrate the base")
    before = tables(server, "theirs")
    if migrate(module, run, name, CHANGES[change]):
        return "refuses"
    return " ".join(sorted(tables(server, "theirs") - before)) or "nothing"


def git(folder, *arguments):
    done = tools.call("git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments, cwd=folder)
    assert done.status == 0, done.output


def commit(folder, name, history):
    driver.write(folder / "m", files_of(name, history))
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")


def what_pgassay_says(program, name, change):
    """The same, out of the case "history" and the error at loading."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / "project"
        driver.write(folder, {".gitignore": "build\n", **TOOLS[name][2]})
        git(folder, "init", "-q", "-b", "main")
        commit(folder, name, BASE)
        git(folder, "checkout", "-q", "-b", "branch")
        commit(folder, name, CHANGES[change])
        done = tools.call(program, "check", "--base", "main", "--verbose", cwd=folder)
    text = " ".join(done.output.split())
    if "have the same version" in text or "refuses to migrate a database" in text or "has two ways" in text:
        return "refuses", done.output
    new = " ".join(sorted({table for *_, table in CHANGES[change]} - {table for *_, table in BASE}))
    if change == "renamed" and "runs it once more" in text:
        return "refuses", done.output  # by the database: the table is there
    if change in ("edited", "renamed", "deleted") or "silently skips it" in text:
        return "nothing", done.output
    return new, done.output


def compare(server, program, name, counts):
    module = importlib.import_module(f"tools.{name}")
    installed = driver.install(module, name, module.VERSIONS[0])
    for change in CHANGES:
        theirs = what_the_tool_does(server, module, installed, name, change)
        ours, output = what_pgassay_says(program, name, change)
        equal = theirs == ours or (ours == "refuses" and (name, change) in STRICTER)
        counts["equal" if equal else "different"] += 1
        print(f"{'equal' if equal else 'DIFFERENT'}: {module.TITLE}, {change}: {theirs}", flush=True)
        if not equal:
            print(f"pgassay says: {ours}\n{output}", flush=True)


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    counts = {"equal": 0, "different": 0, "left out": 0}
    with servers.Server() as server:
        for name in sys.argv[2:] or TOOLS:
            try:
                compare(server, program, name, counts)
            except (tools.Missing, OSError, subprocess.TimeoutExpired) as reason:
                counts["left out"] += 1
                print(f"left out: {name}: {reason}", flush=True)
    print(f"{counts['equal']} equal, {counts['different']} different, {counts['left out']} left out")
    sys.exit(3 if counts["equal"] + counts["different"] == 0 else counts["different"] > 0)


if __name__ == "__main__":
    main()
