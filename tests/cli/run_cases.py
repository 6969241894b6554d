#!/usr/bin/env python3
"""Runs the built program as a user would and compares what it says with golden files.

usage: run_cases.py PGASSAY [--update] [NAME...]
       run_cases.py --list
       run_cases.py --check NAME...

A case is a folder in tests/cli/cases/. It is copied to a temporary folder, in which each line of its
file `commands` is run by the shell, with `pgassay` being the program. What the commands print (standard output
and standard error in one), and their exit codes, must equal the file `expected`, once what differs from run to run
(durations, versions, temporary names) is replaced. The file `copy`, where there is one, names folders
of the repository, one a line, that are copied into the temporary folder first; `patch` is a list of edits
on those copies, as `FILE: OLD => NEW` (OLD must stand there exactly once; \\n is a line break).

--update writes `expected` anew: read the difference before you commit it. --list prints the names of all cases, one a line:
meson makes a test of each. --check fails when there are cases beside those named, or not all of them: cases of which meson does
not know yet.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cli" / "cases"
TIMEOUT = 240  # seconds for one command: far more than any needs

# As report_text_duration writes it.
DURATION = r"(\d+(\.\d+)? m?s|\d+ min \d\d s|\d+ h \d\d min)"

# Parts of the output that differ between runs, and their replacements.
REPLACEMENTS = [
    (re.compile(rf" \({DURATION}\)$", re.MULTILINE), ""),  # only of cases that took long enough
    (re.compile(rf"\bin {DURATION}(?!\w)"), "in TIME"),
    (re.compile(r"\d+ ms\b"), "TIME"),
    (re.compile(r"PostgreSQL 1\d(\.\d+)?( \([^)]*\))?"), "PostgreSQL VERSION"),
    (re.compile(r"this one is 1\d\.\d+"), "this one is VERSION"),
    (re.compile(r"pgassay_[0-9a-f]{8}_\d+"), "pgassay_RUN_N"),
    (re.compile(r"host=(/tmp|/dev/shm)/pgassay-[A-Za-z0-9]{6}"), "host=SCRATCH/pgassay-FOLDER"),  # in memory where there is room
    (re.compile(r"pgassay-[A-Za-z0-9]{6}"), "pgassay-FOLDER"),
    (re.compile(r"kill \d+"), "kill PID"),
    (re.compile(r"127\.0\.0\.1:\d{4,5}"), "127.0.0.1:PORT"),
    (re.compile(r"^scratch folder: .*$", re.MULTILINE), "scratch folder: FOLDER"),
    (re.compile(r"\bpid \d+"), "pid PID"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "FINGERPRINT"),
    # The other time zone is one in which it is the same day now, in which midnight is another moment.
    (re.compile(r"Australia/Darwin|America/St_Johns"), "OTHER/ZONE"),
    (re.compile(r"2019-12-31 14:30:00\+00|2020-01-01 03:30:00\+00"), "OTHER MIDNIGHT"),
    (re.compile(r"(origin/main|v1|git checkout|--base) [0-9a-f]{9}\b"), r"\1 COMMIT"),
]


def apply_patches(case, folder):
    patch = case / "patch"
    if not patch.exists():
        return
    for line in patch.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, edit = line.split(": ", 1)
        old, new = (text.replace("\\n", "\n") for text in edit.split(" => ", 1))
        path = folder / name
        text = path.read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise SystemExit(f"{patch}: {old!r} stands {text.count(old)} times in {name}, expected once")
        path.write_text(text.replace(old, new), encoding="utf-8")


def prepare(case, folder):
    copy = case / "copy"
    for name in copy.read_text(encoding="utf-8").split() if copy.exists() else []:
        shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
    shutil.copytree(case, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("commands", "expected", "copy", "patch"))
    apply_patches(case, folder)


def normalise(text, folder):
    text = text.replace(str(folder), "FOLDER")
    for pattern, replacement in REPLACEMENTS:
        text = pattern.sub(replacement, text)
    return text


def check_durations():
    """However slow the machine is, a golden file holds no time."""
    for duration in ("0.4 ms", "41 ms", "12.3 s", "3 min 05 s", "61 min 00 s", "1 h 02 min", "26 h 59 min"):
        for text, expected in ((f"  ok    shop forward  V1 ({duration})\n", "  ok    shop forward  V1\n"),
                               (f"3 cases in {duration}\n", "3 cases in TIME\n")):
            if normalise(text, "/nowhere") != expected:
                raise SystemExit(f"{text!r} is not normalised")


def run_case(case, program):
    with tempfile.TemporaryDirectory(prefix="pgassay-cli-") as name:
        folder = pathlib.Path(name).resolve()
        folder.chmod(0o755)
        prepare(case, folder)
        environment = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}", NO_COLOR="1", LC_ALL="C.UTF-8",
                           PGASSAY_REPRO=os.environ.get("PGASSAY_REPRO", "off"))
        output = []
        for command in (case / "commands").read_text(encoding="utf-8").splitlines():
            done = subprocess.run(
                ["bash", "-c", command], cwd=folder, env=environment, timeout=TIMEOUT, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            text = done.stdout.decode("utf-8", errors="replace")
            output.append(f"$ {command}\n{text}exit {done.returncode}\n")
        return normalise("".join(output), folder)


def show_difference(case, found):
    with tempfile.NamedTemporaryFile("w", suffix=".found", encoding="utf-8") as file:
        file.write(found)
        file.flush()
        subprocess.run(["diff", "-u", str(case / "expected"), file.name], check=False)


def list_cases():
    return sorted(path for path in CASES.iterdir() if (path / "commands").exists())


def check_names(names):
    found = {case.name for case in list_cases()}
    for name in sorted(found - set(names)):
        print(f"tests/cli/cases/{name} is no test yet: run meson setup --reconfigure", file=sys.stderr)
    for name in sorted(set(names) - found):
        print(f"tests/cli/cases/{name} is a test, and not there", file=sys.stderr)
    return 0 if found and found == set(names) else 1


def main(arguments):
    if arguments[0] == "--list":
        print("\n".join(case.name for case in list_cases()))
        return 0
    if arguments[0] == "--check":
        return check_names(arguments[1:])
    update = "--update" in arguments
    program, *names = (argument for argument in arguments if argument != "--update")
    program = pathlib.Path(program).resolve()
    cases = [case for case in list_cases() if not names or case.name in names]
    check_durations()
    failed = 0
    for case in cases:
        found = run_case(case, program)
        expected = case / "expected"
        if update:
            expected.write_text(found, encoding="utf-8")
        if expected.exists() and expected.read_text(encoding="utf-8") == found:
            print(f"ok    {case.name}")
        else:
            failed += 1
            print(f"FAIL  {case.name}")
            show_difference(case, found)
    print(f"{len(cases) - failed} passed, {failed} failed, 0 skipped")
    return 0 if cases and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
