#!/usr/bin/env python3
"""Runs the files of clients/ below the real test frameworks, on databases that "pgassay exec --workers" leases.

usage: frameworks.py PGASSAY FOLDER [NAME...]

Each framework has a small project in tests/clients/NAME; it is copied to FOLDER, where its packages are fetched once. Its tests have to pass, so many of them,
and nothing may be lent at the end; on databases with one row more (shop/fault.yaml) they have to fail. A framework that cannot be had is left out.
Last line: N passed, N failed, N skipped; skipped is what could not be had. Exit 0: all passed; 1: one failed; 3: none could be had.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "clients"
# The service is asked at the end, when all workers are gone.
STILL_LENT = """import os, sys, urllib.request
print("still lent:", urllib.request.urlopen(os.environ["PGASSAY_LEASES"] + "/databases").read().decode())"""
TIMEOUT = 1200  # seconds: the first time all is compiled
WORKERS = ["--workers", "8"]
TCP = ["--tcp", *WORKERS]

# name: the project; the helper and where it is saved; how packages are fetched; options of exec; the command; what says that all tests ran
FRAMEWORKS = {
    "pytest": ("pytest", {"pytest.py": "pgassay_leases.py"},
               [[sys.executable, "-m", "venv", "venv"], ["venv/bin/pip", "install", "-q", "--disable-pip-version-check", "-r", "requirements.txt"]],
               WORKERS, ["venv/bin/pytest", "-q", "-n", "8"], r"^402 passed"),
    "jest": ("node", {"node.js": "pgassay.js"}, [["npm", "install", "--silent", "--no-audit", "--no-fund"]],
             TCP, ["npx", "jest"], r"^Tests: +8 passed, 8 total"),
    "vitest": ("node", {"node.js": "pgassay.js"}, [["npm", "install", "--silent", "--no-audit", "--no-fund"]],
               TCP, ["npx", "vitest", "run", "first.spec.mjs", "second.spec.mjs"], r"Tests +8 passed \(8\)"),
    "node": ("node", {"node.js": "pgassay.js"}, [["npm", "install", "--silent", "--no-audit", "--no-fund"]],
             TCP, ["node", "--test", "runner.node.js"], r"^# pass 4|^ℹ pass 4"),
    "playwright": ("playwright", {"node.js": "pgassay.js", "playwright.js": "pgassay-playwright.js"},
                   [["npm", "install", "--silent", "--no-audit", "--no-fund"]], TCP, ["npx", "playwright", "test", "--workers", "4"], r"^ +4 passed"),
    "junit": ("junit", {"junit.java": "src/test/java/Pgassay.java"}, [["mvn", "-q", "-B", "test-compile"]],
              TCP, ["mvn", "-B", "test"], r"Tests run: 4, Failures: 0, Errors: 0, Skipped: 0"),
    "go": ("go", {"go.go": "pgassay/pgassay.go"}, [["go", "mod", "tidy"], ["go", "vet", "./..."]], WORKERS, ["go", "test", "-count=1", "-v", "./..."], r"^--- PASS: TestAllOfItComesBack"),
    "ruby": ("ruby", {"ruby.rb": "pgassay.rb"}, [["ruby", "-rpg", "-rminitest", "-e", "0"]], WORKERS, ["ruby", "test_shop.rb"],
             r"^4 runs, 10 assertions, 0 failures, 0 errors"),
    "rust": ("rust", {"rust.rs": "tests/pgassay/mod.rs"}, [["cargo", "test", "--quiet", "--no-run"]], WORKERS, ["cargo", "test", "--quiet"], r"^test result: ok\. 3 passed"),
}


def run(command, folder, **options):
    try:
        return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT, check=False, **options)
    except FileNotFoundError as error:
        return subprocess.CompletedProcess(command, 127, str(error))
    except subprocess.TimeoutExpired as error:
        return subprocess.CompletedProcess(command, 124, str(error))


def prepare(name, folder):
    """Why it cannot be had; or None."""
    project, helpers, fetching = FRAMEWORKS[name][:3]
    shutil.copytree(HERE / project, folder, dirs_exist_ok=True)
    for helper, place in helpers.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "clients" / helper, folder / place)
    for command in fetching:
        done = run(command, folder)
        if done.returncode != 0:
            return f"{' '.join(command)}: {done.stdout.strip()[-500:]}"
    return None


def exec_tests(pgassay, name, folder, suite):
    options, command = FRAMEWORKS[name][3:5]
    script = '"$@"; code=$?; ' + f"'{sys.executable}' -c '{STILL_LENT}'; exit $code"
    return run([pgassay, "exec", *options, str(HERE / "shop" / suite), "--", "sh", "-c", script, "sh", *command], folder,
               env=dict(os.environ, NO_COLOR="1", CI="true"))


def judge(pgassay, name, folder):
    """What is wrong; or None."""
    good = exec_tests(pgassay, name, folder, "suite.yaml")
    if good.returncode != 0 or not re.search(FRAMEWORKS[name][5], good.stdout, re.MULTILINE):
        return f"exit code {good.returncode}\n{good.stdout[-6000:]}"
    if "still lent: []" not in good.stdout:
        return f"not all was given back\n{good.stdout[-1000:]}"
    bad = exec_tests(pgassay, name, folder, "fault.yaml")
    if bad.returncode == 0 or not re.search(r"orders|[Ee]xpected|assert|left|FAIL", bad.stdout):
        return f"with one row more than expected, exit code {bad.returncode}\n{bad.stdout[-3000:]}"
    return None


def main(pgassay, folder, *names):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for name in names or FRAMEWORKS:
        place = pathlib.Path(folder).resolve() / FRAMEWORKS[name][0]
        missing = prepare(name, place)
        fault = judge(str(pathlib.Path(pgassay).resolve()), name, place) if missing is None else None
        result = "skipped" if missing else "failed" if fault else "passed"
        counts[result] += 1
        print(f"{result:8} {name}" + (f"\n{missing or fault}" if missing or fault else ""), flush=True)
    print(", ".join(f"{n} {result}" for result, n in counts.items()))
    return 1 if counts["failed"] else 0 if counts["passed"] else 3


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
