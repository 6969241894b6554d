#!/usr/bin/env python3
"""Compares pgassay's runner with the real migration tools; see script/interop.

usage: driver.py INTEROP-APPLY [TOOL...] [--case NAME]
"""
import argparse
import difflib
import importlib
import os
import pathlib
import shutil
import sys

import server as servers
import tool as tools

HERE = pathlib.Path(__file__).resolve().parent
OURS, THEIRS = "ours", "theirs"


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "pgassay" / "interop"


def install(module, name, version):
    """The folder with the tool; it is complete or not there."""
    folder = cache_folder() / f"{name}-{version}"
    if (folder / "complete").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    module.install(folder, version)
    (folder / "complete").touch()
    return folder


def write(folder, files):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


class Comparison:
    """One case of one version of a tool."""

    def __init__(self, server, program, module, installed, version, case):
        self.server = server
        self.program = program
        self.module = module
        self.case = case
        self.directory = server.folder / "migrations" / case.name
        self.runs = {
            side: tools.Run(installed, version, case, self.directory, side, servers.HOST, server.port, servers.USER)
            for side in (OURS, THEIRS)
        }
        self.log = []
        self.differences = []

    # --- The two sides

    def note(self, who, result):
        self.log.append(f"--- {who}: exit {result.status}\n{result.output[-3000:]}")
        return result.status != 0

    def theirs(self, action, database=THEIRS):
        """True when the tool gave up."""
        return self.note(self.module.TITLE, action(self.runs[database]))

    def ours(self, *action):
        """True when pgassay gave up."""
        run = self.runs[OURS]
        case = self.case
        options = ["--format", self.module.FORMAT]
        if run.config:
            options += ["--config", run.config]
        if case.history_table:
            options += ["--history-table", case.history_table]
        options += [f"--setting={name}={value}" for name, value in case.settings.items()]
        options += [f"--placeholder={name}={value}" for name, value in case.placeholders.items()]
        return self.note("pgassay", run.call(self.program, *options, run.url, run.directory, *action))

    def state(self, database):
        tables = self.case.history or self.module.HISTORY
        rows = [self.server.rows(database, table, self.module.IGNORED) for table in tables]
        return "".join(rows) + self.server.schema(database, getattr(self.module, "DUMP", ()))

    # --- Steps

    def expect_equal(self, step, theirs, ours):
        if theirs == ours:
            return
        lines = difflib.unified_diff(
            str(theirs).splitlines(), str(ours).splitlines(), self.module.TITLE, "pgassay", lineterm="", n=2
        )
        self.differences.append(f"{step}:\n" + "\n".join(lines))

    def expect(self, step, condition):
        if not condition:
            self.differences.append(step)

    def compare_up(self, step, stricter):
        gave_up = self.theirs(self.module.up)
        we_gave_up = self.ours("up")
        if stricter:
            self.expect(f"{step}: the tool should go on and pgassay not", (gave_up, we_gave_up) == (False, True))
        elif self.case.refused:
            self.expect(f"{step}: both should give up", gave_up and we_gave_up)
        else:
            self.expect_equal(f"{step}: gave up", gave_up, we_gave_up)
            self.expect_equal(step, self.state(THEIRS), self.state(OURS))
        return gave_up

    def compare_pending(self, step, nothing):
        """The tool looks at pgassay's database as at its own."""
        if hasattr(self.module, "pending"):
            theirs, ours = (self.module.pending(self.runs[side]) for side in (THEIRS, OURS))
            self.expect_equal(f"{step}: pending", theirs, ours)
            self.expect(f"{step}: the tool says that something is pending: {ours}", ours == "" or not nothing)
        elif nothing:
            before = self.state(OURS)
            self.expect(f"{step}: the tool refuses pgassay's database", not self.theirs(self.module.up, OURS))
            self.expect_equal(f"{step}: the tool on pgassay's database", before, self.state(OURS))

    def run(self):
        case = self.case
        for side in (OURS, THEIRS):
            self.server.create(side, case.before)
        if case.directory:
            for run in self.runs.values():
                run.directory = tools.ROOT / case.directory
        else:
            write(self.directory, case.files)
        gave_up = self.compare_up("up", case.stricter)
        if case.second is not None:
            write(self.directory, case.second)
            gave_up = self.compare_up("second up", case.second_stricter)
        if case.refused or case.stricter or case.second_stricter:
            return
        self.expect("up: this case is not known to fail" if gave_up else "up: this case should fail", gave_up == case.fails)
        self.compare_pending("up", not gave_up and not case.pending)
        for n in range(1, case.downs + 1):
            gave_up = self.theirs(self.module.down)
            self.expect_equal(f"down {n}: gave up", gave_up, self.ours("down"))
            self.expect_equal(f"down {n}", self.state(THEIRS), self.state(OURS))
            self.compare_pending(f"down {n}", False) if hasattr(self.module, "pending") else None


class Count:
    equal = 0
    different = 0
    left_out = 0

    def leave_out(self, what, reason):
        self.left_out += 1
        print(f"left out: {what}: {reason}", flush=True)


def compare_version(server, program, module, name, version, only, count):
    try:
        installed = install(module, name, version)
    except (tools.Missing, OSError) as reason:
        count.leave_out(f"{module.TITLE} {version}", reason)
        return
    for case in module.CASES:
        what = f"{module.TITLE} {version}, {case.name}"
        if only and case.name not in only:
            continue
        if tuple(int(part) for part in version.split(".") if part.isdigit()) < case.since:
            count.leave_out(what, "later versions have it")
            continue
        comparison = Comparison(server, program, module, installed, version, case)
        comparison.run()
        if comparison.differences:
            count.different += 1
            print(f"DIFFERENT: {what}", *comparison.differences, *comparison.log, sep="\n", flush=True)
        else:
            count.equal += 1
            print(f"equal: {what}", flush=True)


def main():
    known = sorted(path.stem for path in (HERE / "tools").glob("*.py"))
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("tools", nargs="*", metavar="TOOL", help=", ".join(known))
    parser.add_argument("--case", action="append", help="only the case of that name")
    arguments = parser.parse_args()
    unknown = set(arguments.tools) - set(known)
    if unknown:
        parser.error(f"there is no tool {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    sys.path.insert(0, str(HERE))
    count = Count()
    with servers.Server() as server:
        for name in arguments.tools or known:
            module = importlib.import_module(f"tools.{name}")
            for version in module.VERSIONS:
                compare_version(
                    server, arguments.program.resolve(), module, name, version, arguments.case, count
                )
    print(f"{count.equal} equal, {count.different} different, {count.left_out} left out")
    if count.equal + count.different == 0:
        sys.exit(3)
    sys.exit(count.different > 0)


if __name__ == "__main__":
    main()
