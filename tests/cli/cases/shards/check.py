"""Divides a run, merges the parts, and holds what comes out against the undivided run.

usage: check.py SHARDS SUITE...

Each machine has a copy of its own of the file "kept", the durations of an earlier run, where that is there; what all of them took is written to it again.
"""
import json
import pathlib
import shutil
import subprocess
import sys

number = int(sys.argv[1])
suites = sys.argv[2:]


def run(*arguments):
    return subprocess.run(["pgassay", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)


def cases(path):
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    return [(suite["name"], case.get("database", ""), case["stage"], case["name"], case["status"], case.get("message", ""))
            for suite in report["suites"] for case in suite["cases"]]


def run_part(shard):
    known = f"durations-{shard}"
    if pathlib.Path("kept").exists():
        shutil.copy("kept", known)
    part = f"part-{shard}.json"
    done = run("run", *suites, "--durations", known, "--shard", f"{shard}/{number}", "--report", f"json={part}")
    return done.returncode, len(cases(part)), part


whole = run("run", *suites, "--report", "json=whole.json")
parts = [run_part(shard) for shard in range(1, number + 1)]
merged = run("report", "merge", *(part for _, _, part in parts), "--durations", "kept", "--report", "json=merged.json")
same = sorted(cases("whole.json")) == sorted(cases("merged.json"))
print(f"{number} parts:", "the same cases" if same else "OTHER CASES", f"as in one run; exit codes {whole.returncode} and {merged.returncode}")
if not same:
    print(set(cases("whole.json")) ^ set(cases("merged.json")))
if whole.returncode == 0:
    print("exit codes of the parts:", sorted({code for code, _, _ in parts}))
print("parts without a case:", sum(count == 0 for _, count, _ in parts) > 0)
