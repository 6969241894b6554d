#!/usr/bin/env python3
"""What "impact: report" adds to a run of a history, in seconds of the processors.

usage: impact.py PGASSAY [MIGRATIONS [RUNS]]

The history is one like a team's (realistic_history.py), with all proofs, on generated rows and on empty tables. Exit code 1 when it adds
more than 30 % on rows.
"""
import pathlib
import sys
import tempfile

import realistic
import realistic_history

MOST = 0.30


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    added = {}
    with tempfile.TemporaryDirectory(prefix="pgassay-impact-") as folder:
        root = pathlib.Path(folder)
        realistic_history.write_history(root / "history", count)
        for kind, keys in {"rows": "", "empty": ", rows: 0"}.items():
            total = {}
            for mode in "off", "report":
                name = f"{kind} {mode}"
                (root / f"{name}.yaml").write_text("suite: long\ndatabases: { long: { migrations: history, format: golang-migrate, "
                                                   f"rollback: required, impact: {mode}{keys} }} }}\n")
                total[mode] = realistic.cheapest(runs, lambda n=name: realistic.run_pgassay(program, root, n)).total
            added[kind] = total["report"] / total["off"] - 1
            print(f"{count} migrations, {kind}: {total['off']:.2f} s without, {total['report']:.2f} s with it: "
                  f"{100 * added[kind]:+.1f} %", flush=True)
    sys.exit(added["rows"] > MOST)


main()
