#!/usr/bin/env python3
"""What proving a history like a team's costs beside one psql that applies its ups, and what it is spent on.

usage: realistic.py PGASSAY [MIGRATIONS [KIND]] [--runs N] [--cases FILE]

KIND is "plain" (golang-migrate), "own" (Sqitch: each script has BEGIN and COMMIT of its own), or "both". For each: seconds
of the processors (which other work on the machine hardly changes), of pgassay and of its server; the ratio to psql; how the
time by the clock is spread over the stages; and how it all grows with the history. Of several runs the cheapest counts.
--cases writes every case with its status and message, to hold two versions of pgassay against each other.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

import realistic_history

TICK = os.sysconf("SC_CLK_TCK")


def processor_seconds(pid):
    """Of the process itself, and of its children that it has waited for."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    own, children = fields[11:13], fields[13:15]
    return sum(map(int, own)) / TICK, sum(map(int, children)) / TICK


def family_seconds(pid):
    """Of the process and all its descendants that run; one that ends meanwhile is its parent's from then on."""
    try:
        total = sum(processor_seconds(pid))
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (ProcessLookupError, FileNotFoundError):
        return 0
    return total + sum(map(family_seconds, children))


class Cost:
    """Seconds: by the clock, and of the processors."""

    def __init__(self, clock, own, server):
        self.clock, self.own, self.server = clock, own, server
        self.total = own + server


def run_pgassay(program, root, suite, *options):
    """Its cost; a failing case is no error here."""
    start = time.monotonic()
    command = [program, "run", "--quiet", "--report", f"junit={suite}.xml", *options, f"{suite}.yaml"]
    with open(root / "output", "wb") as output, subprocess.Popen(command, cwd=root, stdout=output, stderr=output) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        own, server = processor_seconds(child.pid)
    if child.returncode not in (0, 1):
        sys.exit(f"{command} failed:\n{(root / 'output').read_text()[-3000:]}")
    return Cost(time.monotonic() - start, own, server)


def run_psql(program, root, ups, own_transactions):
    """The cost of one psql that applies the files, on a server that pgassay keeps."""
    run_pgassay(program, root, "empty", "--keep")
    output = (root / "output").read_text()
    psql = re.search(r"^kept: (psql .*)$", output, re.MULTILINE).group(1)
    end = re.search(r"remove it with: (.*)$", output, re.MULTILINE).group(1)
    around = ("", "") if own_transactions else ("BEGIN;\n", "COMMIT;\n")
    (root / "all.psql").write_text("\\set ON_ERROR_STOP on\n" + "".join(f"{around[0]}\\i {up}\n{around[1]}" for up in ups))
    try:
        data = subprocess.run(["sh", "-c", f"{psql} -qXAt -c 'SHOW data_directory'"], capture_output=True, text=True,
                              check=True).stdout.strip()
        postmaster = int((pathlib.Path(data) / "postmaster.pid").read_text().split()[0])
        before, start = family_seconds(postmaster), time.monotonic()
        with open(root / "output", "wb") as output, subprocess.Popen(["sh", "-c", f"exec {psql} -qX -f all.psql"], cwd=root,
                                                                     stdout=output, stderr=output) as child:
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
            clock, own = time.monotonic() - start, sum(processor_seconds(child.pid))
        if child.returncode != 0:
            sys.exit((root / "output").read_text()[-3000:])
        time.sleep(0.3)  # until the postmaster has waited for the session
        return Cost(clock, own, family_seconds(postmaster) - before)
    finally:
        subprocess.run(["sh", "-c", end], check=False, stdout=subprocess.DEVNULL)


def read_cases(report):
    """(stage, name, status, message, seconds) of each case."""
    for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
        status, message = "passed", ""
        for child in case:
            if child.tag in ("failure", "error", "skipped"):
                status, message = child.tag, (child.get("message") or "") + "\n" + (child.text or "")
        stage = case.get("classname").rsplit(".", 1)[-1]
        yield stage, case.get("name"), status, message, float(case.get("time") or 0)


def show_stages(report):
    spent = {}
    for stage, _, status, _, seconds in read_cases(report):
        entry = spent.setdefault(stage, {"cases": 0, "failure": 0, "seconds": 0.0})
        entry["cases"] += 1
        entry["failure"] += status in ("failure", "error")
        entry["seconds"] += seconds
    for stage, entry in sorted(spent.items(), key=lambda item: -item[1]["seconds"]):
        print(f"    {stage:30}{entry['seconds']:8.2f} s by the clock{entry['cases']:8} cases, {entry['failure']} failed")


def cheapest(runs, what):
    return min((what() for _ in range(runs)), key=lambda cost: cost.total)


def show(title, cost, psql, aim=None):
    print(f"  {title:32}{cost.own:8.2f} {cost.server:8.2f} {cost.total:8.2f} {cost.total / psql.total:9.2f}"
          f"{'' if aim is None else f'   aim: at most {aim}'}")


def measure(program, root, count, own_transactions, runs, cases):
    name = "own" if own_transactions else "plain"
    form = "sqitch" if own_transactions else "golang-migrate"
    suites = {"forward": "rollback: none, rows: 0", "empty tables": "rollback: required, rows: 0", "rows": "rollback: required"}

    def write(folder, migrations):
        written = realistic_history.write_history(root / folder, migrations, own_transactions)
        for suite, keys in suites.items():
            (root / f"{folder} {suite}.yaml").write_text(
                f"suite: {folder}\ndatabases: {{ long: {{ migrations: {folder}, format: {form}, {keys} }} }}\n")
        return written

    ups, wrong, hostile = write(name, count)
    write(f"{name}-half", count // 2)
    psql = cheapest(runs, lambda: run_psql(program, root, ups, own_transactions))
    costs = {suite: cheapest(runs, lambda s=suite: run_pgassay(program, root, f"{name} {s}")) for suite in suites}
    half = {suite: cheapest(runs, lambda s=suite: run_pgassay(program, root, f"{name}-half {s}")) for suite in suites}
    print(f"{name}: {count} migrations, {wrong} downs meant to be wrong, {hostile} ups meant to fail on rows\n"
          f"  {'seconds of the processors':32}{'pgassay':>8} {'server':>8} {'both':>8} {'/ psql':>9}")
    show("one psql, the ups", psql, psql)
    show("without round trips", costs["forward"], psql)
    show("all proofs, empty tables", costs["empty tables"], psql, 6)
    show("all proofs, on rows", costs["rows"], psql, 12)
    for suite in suites:
        print(f"  twice as long, {suite:17}{costs[suite].total / half[suite].total:8.2f}   aim: at most 2.15")
    show_stages(root / f"{name} rows.xml")
    if cases is not None:
        with open(cases, "a", encoding="utf-8") as file:
            for suite in suites:
                for stage, case, status, message, _ in read_cases(root / f"{name} {suite}.xml"):
                    file.write(f"{name} {suite}: {stage}: {case}: {status}\n{message}\n")


def main():
    parser = argparse.ArgumentParser(description="What proving a history like a team's costs.")
    parser.add_argument("program")
    parser.add_argument("migrations", nargs="?", type=int, default=240)
    parser.add_argument("kind", nargs="?", choices=["plain", "own", "both"], default="both")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--cases", type=pathlib.Path)
    given = parser.parse_args()
    program = str(pathlib.Path(given.program).resolve())
    if given.cases is not None:
        given.cases = given.cases.resolve()
        given.cases.write_text("")
    with tempfile.TemporaryDirectory(prefix="pgassay-bench-") as name:
        root = pathlib.Path(name)
        root.chmod(0o755)
        (root / "empty").mkdir()
        (root / "empty" / "1.sql").write_text("SELECT 1;\n")
        (root / "empty.yaml").write_text("suite: empty\ndatabases: { empty: { migrations: empty } }\n")
        for kind in ("plain", "own"):
            if given.kind in (kind, "both"):
                measure(program, root, given.migrations, kind == "own", given.runs, given.cases)


if __name__ == "__main__":
    main()
