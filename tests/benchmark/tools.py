#!/usr/bin/env python3
"""Small migrations by pgassay and by the real tool, the same directory side by side, from the start of the program to its
end; the tools come as in script/interop. One psql that gets all texts in one transaction shows what the server itself takes,
so that the rest is the tools' own. The best of the rounds counts: what else the machine does can only add to it.

usage: tools.py INTEROP-APPLY [FILES [ROUNDS]]
"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop" / "tools"))

import dbmate  # pylint: disable=wrong-import-position
import driver  # pylint: disable=wrong-import-position
import node_pg_migrate  # pylint: disable=wrong-import-position
import server as servers  # pylint: disable=wrong-import-position
import tool  # pylint: disable=wrong-import-position

# The tool, the name of its module, one file of it, and how much of its time pgassay may take.
TOOLS = [
    (
        dbmate,
        "dbmate",
        "-- migrate:up\nCREATE TABLE t{n} (id int PRIMARY KEY, name text);\n-- migrate:down\nDROP TABLE t{n};\n",
        1.0,
    ),
    (
        node_pg_migrate,
        "node_pg_migrate",
        "-- Up Migration\nCREATE TABLE t{n} (id int PRIMARY KEY, name text);\n-- Down Migration\nDROP TABLE t{n};\n",
        0.2,
    ),
]


def measure(server, run, action):
    """Milliseconds of the action on an empty database."""
    server.create(run.database, "")
    start = time.monotonic()
    result = action(run)
    seconds = time.monotonic() - start
    if result.status != 0:
        sys.exit(result.output)
    return seconds * 1000


def up_part(text):
    return text[: text.lower().rindex("\n-- ") + 1]


def compare(server, program, module, name, text, aim, files, rounds):
    version = module.VERSIONS[-1]
    case = tool.Case("small", {f"{n:04}_t.sql": text.format(n=n) for n in range(1, files + 1)})
    installed = driver.install(module, name, version)
    directory = server.folder / name
    driver.write(directory, case.files)
    run = tool.Run(installed, version, case, directory, "small", servers.HOST, server.port, servers.USER)
    sql = directory.with_suffix(".sql")
    sql.write_text("BEGIN;\n" + "".join(up_part(t) for _, t in sorted(case.files.items())) + "COMMIT;\n", encoding="utf-8")
    floor, ours, theirs = [], [], []
    for _ in range(rounds):
        floor.append(measure(server, run, lambda r: r.call(server.bindir / "psql", "-Xqv", "ON_ERROR_STOP=1", "-f", sql)))
        ours.append(measure(server, run, lambda r: r.call(program, "--format", module.FORMAT, r.url, directory, "up")))
        theirs.append(measure(server, run, module.up))
    a, b, c = min(ours), min(theirs), min(floor)
    title = f"{module.TITLE} {version}"
    print(f"{files} small files by one psql        {c:7.1f} ms")
    print(f"{files} small files by pgassay         {a:7.1f} ms")
    print(f"{files} small files by {title:<16}{b:7.1f} ms")
    print(f"pgassay / {title:<26}{a / b:7.2f}   aim: at most {aim:.2f}")
    print(f"the same without psql's time        {(a - c) / (b - c):7.2f}")


def main(program, files="1000", rounds="5"):
    with servers.Server() as server:
        for module, name, text, aim in TOOLS:
            try:
                compare(server, program, module, name, text, aim, int(files), int(rounds))
            except tool.Missing as missing:
                print(f"{module.TITLE} cannot be had: {missing}")


if __name__ == "__main__":
    main(*sys.argv[1:])
