#!/usr/bin/env python3
"""Runs suites/pgtap: green as it is, red without an index. Exit code 77, which is "skipped": the server has no pgTAP.

usage: check_pgtap.py PGASSAY
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNIQUE = 'CREATE UNIQUE INDEX "_TagToTask_AB_unique"'


def run(pgassay, folder):
    done = subprocess.run([pgassay, "run", "suites/pgtap/kanban.yaml", "--stage", "program", "--verbose"], cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=240, check=False)
    print(done.stdout)
    return done


def main(pgassay):
    with tempfile.TemporaryDirectory(prefix="pgassay-pgtap-") as name:
        folder = pathlib.Path(name).resolve()
        for part in ("suites/pgtap", "migrations/kanban"):
            shutil.copytree(ROOT / part, folder / part)
        done = run(pgassay, folder)
        if done.returncode == 3 and "pgtap" in done.stdout:
            return 77
        if done.returncode != 0 or "criteria: a task has a tag once" not in done.stdout or "10 passed" not in done.stdout:
            return 1
        [init] = (folder / "migrations/kanban").glob("*_init/migration.sql")
        text = init.read_text(encoding="utf-8")
        assert text.count(UNIQUE) == 1
        init.write_text(text.replace(UNIQUE, UNIQUE.replace("UNIQUE ", "")), encoding="utf-8")
        done = run(pgassay, folder)
        return 0 if done.returncode == 1 and "FAIL  board program   criteria: a task has a tag once" in done.stdout else 1


sys.exit(main(str(pathlib.Path(sys.argv[1]).resolve())))
