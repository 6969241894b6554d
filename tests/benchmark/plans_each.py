#!/usr/bin/env python3
"""What "plans: each" costs: 20 queries looked at after each of 500 migrations, beside the forward stage of the same history.

usage: plans_each.py PGASSAY [MIGRATIONS [RUNS]]

The history is one like a team's (realistic_history.py): a few tables, altered again and again. Half of the queries read one table, half join
two; all tables have a size. Seconds of the processors, of pgassay and its server. A run of the stage "plan" has a forward stage in it, which is
taken off; so is what starting costs, a run with an empty history. Of several runs the cheapest counts.
"""
import pathlib
import sys
import tempfile

import realistic
import realistic_history

QUERIES = 20


def table_names(folder):
    """Those of the history that are there to its end, in the order in which they are made."""
    names = []
    for path in sorted(folder.glob("*.up.sql")):
        for line in path.read_text().splitlines():
            if line.startswith("CREATE TABLE "):
                names.append(line.split()[2])
    return names


def queries(tables):
    """One for a table alone, one for two of them, in turn."""
    for number in range(QUERIES):
        a, b = tables[number % len(tables)], tables[(number + 1) % len(tables)]
        if number % 2 == 0:
            yield f"SELECT id, name FROM {a} WHERE id = $1", "[7]"
        else:
            yield (f"SELECT x.id, y.name FROM {a} x JOIN {b} y ON y.id = x.id WHERE x.created_at > '2025-12-01' "
                   f"AND x.status = 'active' ORDER BY x.created_at DESC LIMIT 20"), None


def write_suite(root, name, tables, each):
    sizes = "".join(f"        public.{table}: {{ rows: {(number + 1)}M, columns: {{ created_at: {{ distinct: -1, min: '2020-01-01', "
                    f"max: '2026-01-01' }} }} }}\n" for number, table in enumerate(tables))
    plans = "".join(f"  - {{ name: query {number}, sql: \"{sql}\"{f', values: [{values}]' if values else ''} }}\n"
                    for number, (sql, values) in enumerate(queries(tables), 1))
    (root / f"{name}.yaml").write_text(
        f"suite: each\ndatabases:\n  long:\n    migrations: history\n    format: golang-migrate\n    rollback: none\n    rows: 0\n"
        f"    plans: {'each' if each else 'end'}\n    size:\n      tables:\n{sizes}plans:\n{plans}")


def main(program, migrations="500", runs="1"):
    program, runs = str(pathlib.Path(program).resolve()), int(runs)
    with tempfile.TemporaryDirectory(prefix="pgassay-bench-") as name:
        root = pathlib.Path(name)
        root.chmod(0o755)
        realistic_history.write_history(root / "history", int(migrations))
        tables = table_names(root / "history")
        write_suite(root, "each", tables, True)
        write_suite(root, "end", tables, False)
        (root / "empty").mkdir()
        (root / "empty" / "1.sql").write_text("SELECT 1;\n")
        (root / "empty.yaml").write_text("suite: empty\ndatabases: { empty: { migrations: empty } }\n")

        def cost(suite, stage):
            return realistic.cheapest(runs, lambda: realistic.run_pgassay(program, root, suite, "--stage", stage))

        start = cost("empty", "forward")
        forward = cost("each", "forward")
        end = cost("end", "plan")
        each = cost("each", "plan")
        output = (root / "output").read_text().strip().splitlines()[-1]
    print(f"{migrations} migrations, {len(tables)} tables, {QUERIES} queries; {output}")
    print(f"{'seconds of the processors':32}{'pgassay':>8} {'server':>8} {'both':>8}")
    for title, cost in (("starting, and nothing", start), ("forward", forward), ("and plans at the end", end), ("and plans: each", each)):
        print(f"{title:32}{cost.own:8.2f} {cost.server:8.2f} {cost.total:8.2f}")
    ratio = (each.total - forward.total) / (forward.total - start.total)
    print(f"{'plans: each / forward':32}{ratio:8.2f}   aim: at most 2.00{'' if ratio <= 2 else '   MISSED'}")


if __name__ == "__main__":
    main(*sys.argv[1:])
