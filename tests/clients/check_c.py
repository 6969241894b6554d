#!/usr/bin/env python3
"""Builds suites/c as somebody who has installed pgassay, and runs it.

usage: check_c.py BUILD PGASSAY

The library is installed into a temporary folder, where pkg-config finds it. The criteria run as cases of "pgassay run", below "pgassay exec",
and by themselves with a service of their own; once without an index, where one of them must fail. Then what goes wrong is said: no
service, a wrong address, a suite that is not there.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*command, code=0, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=240, check=False, **options)
    print("$", *command)
    print(done.stdout)
    if done.returncode != code:
        raise SystemExit(f"exit code {done.returncode}, expected {code}")
    return done.stdout


def expect(text, *parts):
    for part in parts:
        if part not in text:
            raise SystemExit(f"there is no {part!r} in that")


def install(build, folder):
    run("meson", "install", "-C", build, "--no-rebuild", "--destdir", folder, "--quiet")
    [found] = folder.rglob("pgassay.pc")
    text = found.read_text(encoding="utf-8")
    assert text.count("\nprefix=/") + text.startswith("prefix=/") == 1
    found.write_text(text.replace("prefix=", f"prefix={folder}", 1), encoding="utf-8")
    return dict(os.environ, PKG_CONFIG_PATH=str(found.parent), LC_ALL="C.UTF-8")


def check_criteria(pgassay, suite, environment):
    found = run(pgassay, "run", "kanban.yaml", "--stage", "program", "--verbose", cwd=suite, env=environment)
    expect(found, "criteria: task_has_a_tag_once", "criteria: rows_come_back", "6 passed")
    run(pgassay, "exec", "--workers", "2", "kanban.yaml", "--", "./criteria", cwd=suite, env=environment)
    init = next((suite.parents[1] / "migrations/kanban").glob("*_init")) / "migration.sql"
    text = init.read_text(encoding="utf-8")
    unique = 'CREATE UNIQUE INDEX "_TagToTask_AB_unique"'
    assert text.count(unique) == 1
    init.write_text(text.replace(unique, unique.replace("UNIQUE ", "")), encoding="utf-8")
    found = run(pgassay, "run", "kanban.yaml", "--stage", "program", "--verbose", cwd=suite, env=environment, code=1)
    expect(found, "FAIL  board program   criteria: task_has_a_tag_once", "no constraint refuses it", "1 failed")
    init.write_text(text, encoding="utf-8")


def check_killed(suite, environment, scratch):
    """What the service has made goes, too, when the program has no time to end it."""
    source = suite / "stays.c"
    source.write_text("""#include <pgassay.h>
        #include <stdio.h>
        #include <unistd.h>
        int main(void) { PgassayService *service = pgassay_open("kanban.yaml");
                         PgassayDatabase *database = service ? pgassay_lease(service, "board") : NULL;
                         puts(database ? pgassay_url(database) : pgassay_message()); fflush(stdout); pause(); }""")
    run("sh", "-c", "cc -o stays stays.c $(pkg-config --cflags --libs pgassay)", cwd=suite, env=environment)
    with subprocess.Popen(["./stays"], cwd=suite, env=environment, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        found = run("psql", "-qAtX", url, "-c", 'SELECT count(*) FROM "Task"')
        process.kill()
    expect(found, "0")
    end = time.monotonic() + 60
    while any(scratch.iterdir()):
        if time.monotonic() > end:
            raise SystemExit("a minute after the program was killed, something is left")
        time.sleep(0.1)


def check_by_itself(pgassay, suite, environment):
    source = suite / "criteria.c"
    source.write_text(source.read_text(encoding="utf-8").replace("pgassay_open(NULL)", 'pgassay_open("kanban.yaml")'), encoding="utf-8")
    run("make", "-B", cwd=suite, env=environment)
    scratch = suite / "tmp"
    scratch.mkdir()
    own = dict(environment, PGASSAY_PROGRAM=pgassay, TMPDIR=str(scratch))
    expect(run("./criteria", cwd=suite, env=own), "leases at", "5 test(s)")
    if any(scratch.iterdir()):
        raise SystemExit("something was left behind")
    check_killed(suite, own, scratch)
    (suite / "kanban.yaml").rename(suite / "other.yaml")
    expect(run("./criteria", cwd=suite, env=own, code=2), "kanban.yaml", "pgassay has ended before it leased anything")
    expect(run("./criteria", cwd=suite, env=dict(own, PGASSAY_PROGRAM="no-such-program"), code=2), 'could not run "no-such-program"')


def main(build, pgassay):
    with tempfile.TemporaryDirectory(prefix="pgassay-c-") as name:
        folder = pathlib.Path(name).resolve()
        folder.chmod(0o755)
        environment = install(build, folder / "installed")
        for part in ("suites/c", "migrations/kanban"):
            shutil.copytree(ROOT / part, folder / part)
        suite = folder / "suites/c"
        run("make", cwd=suite, env=dict(environment, CFLAGS="-Wall -Wextra -Werror"))
        check_criteria(pgassay, suite, environment)
        expect(run("./criteria", cwd=suite, env=environment, code=2), "nothing leases databases")
        expect(run("./criteria", cwd=suite, env=dict(environment, PGASSAY_LEASES="http://elsewhere:1"), code=2), "is no address of leases")
        expect(run("./criteria", cwd=suite, env=dict(environment, PGASSAY_LEASES="http://127.0.0.1:1"), code=5), "could not connect")
        check_by_itself(pgassay, suite, environment)


main(*(str(pathlib.Path(argument).resolve()) for argument in sys.argv[1:]))
