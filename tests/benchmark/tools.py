#!/usr/bin/env python3
"""1,000 small migrations by pgassay and by dbmate, side by side, from the start of the program to its end; the tool comes
as in script/interop. The best of the rounds counts: what else the machine does can only add to it.

usage: tools.py INTEROP-APPLY [FILES [ROUNDS]]
"""
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop" / "tools"))

import dbmate  # pylint: disable=wrong-import-position
import driver  # pylint: disable=wrong-import-position
import server as servers  # pylint: disable=wrong-import-position
import tool  # pylint: disable=wrong-import-position

UP = "-- migrate:up\nCREATE TABLE t{n} (id int PRIMARY KEY, name text);\n-- migrate:down\nDROP TABLE t{n};\n"


def measure(server, run, action):
    server.create(run.database, "")
    start = time.monotonic()
    result = action(run)
    seconds = time.monotonic() - start
    if result.status != 0:
        sys.exit(result.output)
    return seconds * 1000


def main(program, files=1000, rounds=5):
    case = tool.Case("small", {f"{n:04}_t.sql": UP.format(n=n) for n in range(1, int(files) + 1)})
    version = dbmate.VERSIONS[-1]
    installed = driver.install(dbmate, "dbmate", version)
    with servers.Server() as server:
        directory = server.folder / "migrations"
        driver.write(directory, case.files)
        run = tool.Run(installed, version, case, directory, "small", servers.HOST, server.port, servers.USER)
        ours, theirs = [], []
        for _ in range(int(rounds)):
            ours.append(measure(server, run, lambda r: r.call(program, "--format", "dbmate", r.url, directory, "up")))
            theirs.append(measure(server, run, dbmate.up))
    a, b = min(ours), min(theirs)
    print(f"{files} small files by pgassay    {a:7.1f} ms")
    print(f"{files} small files by dbmate {version} {b:7.1f} ms")
    print(f"pgassay / dbmate                 {a / b:7.2f}   aim: below 1.00")


if __name__ == "__main__":
    main(*sys.argv[1:])
