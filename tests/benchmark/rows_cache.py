#!/usr/bin/env python3
"""What rows for plans cost when they are made, and when an earlier run has kept them: a table of ten columns with three indexes.

usage: rows_cache.py PGASSAY [ROWS]

A run without rows is taken off from both. Seconds by the clock, and of the processors; a cache of its own is used.
"""
import os
import pathlib
import sys
import tempfile

import realistic

TABLE = """CREATE TABLE t (id bigint PRIMARY KEY, a int NOT NULL, b int NOT NULL, name text NOT NULL, status text NOT NULL,
  at timestamptz NOT NULL, price float8 NOT NULL, ok boolean NOT NULL, code uuid NOT NULL, note text);
CREATE INDEX ON t (a, at);
CREATE INDEX ON t (status);
"""
SUITE = """suite: {name}
databases:
  d:
    migrations: m
    rows: 0
    size:
      rows: {rows}
      tables: {{ public.t: {{ rows: {rows}, columns: {{ a: {{ distinct: 100k }}, status: {{ distinct: 2, most_common: [done, open], shares: [0.9, 0.1] }} }} }} }}
plans:
  - {{ name: one, sql: SELECT name FROM t WHERE id = $1, values: [[7]]{limits} }}
"""


def main(program, rows="1000000"):
    program = str(pathlib.Path(program).resolve())
    with tempfile.TemporaryDirectory(prefix="pgassay-bench-") as name:
        root = pathlib.Path(name)
        root.chmod(0o755)
        os.environ["XDG_CACHE_HOME"] = str(root / "cache")
        (root / "m").mkdir()
        (root / "m" / "V1__t.sql").write_text(TABLE)
        for suite, limits in (("none", ""), ("rows", ", max: { buffers: 10 }")):
            (root / f"{suite}.yaml").write_text(SUITE.format(name=suite, rows=rows, limits=limits))
        realistic.run_pgassay(program, root, "none")
        none = realistic.run_pgassay(program, root, "none")
        made = realistic.run_pgassay(program, root, "rows", "--no-cache")
        kept = realistic.run_pgassay(program, root, "rows")
        taken = realistic.run_pgassay(program, root, "rows")
        print((root / "output").read_text().strip().splitlines()[-1])
    print(f"{rows} rows{'':23}{'clock':>8} {'processors':>12}")
    for title, cost in (("no rows", none), ("made", made), ("made and kept", kept), ("taken from the cache", taken)):
        print(f"{title:32}{cost.clock:8.2f} {cost.total:12.2f}")
    clock = (made.clock - none.clock) / max(taken.clock - none.clock, 0.01)
    processors = (made.total - none.total) / max(taken.total - none.total, 0.01)
    print(f"{'made / taken':32}{clock:8.1f} {processors:12.1f}   aim: at least 10{'' if min(clock, processors) >= 10 else '   MISSED'}")


if __name__ == "__main__":
    main(*sys.argv[1:])
