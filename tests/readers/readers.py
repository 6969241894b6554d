#!/usr/bin/env python3
"""Writes every format of a run with failures, and lets programs of others read it.

usage: readers.py PGASSAY FOLDER

FOLDER holds the programs: venv/ (requirements.txt), node_modules/ (package.json). script/report-readers fetches them.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cli" / "cases"
CASE = CASES / "report_formats"
FAILURES = 2  # of that case
FORMATS = ["html", "json", "markdown", "sarif", "ctrf", "tap", "gitlab-codequality", "junit", "xunit", "surefire"]

JUNITPARSER = """
import sys, junitparser
xml = junitparser.JUnitXml.fromfile(sys.argv[1])
cases = [case for suite in xml for case in suite]
bad = [case for case in cases if any(isinstance(r, (junitparser.Failure, junitparser.Error)) for r in case.result)]
wanted = [int(number) for number in sys.argv[2:]]
assert [len(cases), len(bad)] == [xml.tests, xml.failures] == wanted, (len(cases), len(bad), xml.tests, xml.failures, wanted)
assert all(r.text for case in bad for r in case.result)
"""


# What GitLab asks of each finding before it takes it; at the first that is not so it stops reading, and of two with one fingerprint it keeps
# the last.
CODE_QUALITY = """
import json, sys, jsonschema
text = {"type": "string", "minLength": 1}
place = {"type": "object", "required": ["path", "lines"], "properties": {"path": {"type": "string", "pattern": "^[^./]"}, "lines": {
    "type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}}}
finding = {"type": "object", "required": ["description", "check_name", "fingerprint", "severity", "location"], "properties": {
    "description": text, "check_name": text, "fingerprint": text, "location": place,
    "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]}}}
found = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.validate(found, {"type": "array", "items": finding})
assert len(found) == len({one["fingerprint"] for one in found}) == int(sys.argv[3]), len(found)
"""


def find(program, folder):
    """The program in the folder or on the machine; None."""
    path = folder / program
    return str(path) if "/" in program and path.exists() else shutil.which(program)


def write_reports(pgassay, folder):
    for name in ("suite.yaml", "shop.yaml"):
        shutil.copy(CASE / name, folder)
    shutil.copytree(CASE / "migrations", folder / "migrations")
    folder.chmod(0o755)
    command = [pgassay, "run", "--quiet", "suite.yaml"] + [f"--report={name}" for name in FORMATS]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True)
    if done.returncode != 1:
        raise SystemExit(f"pgassay ended with {done.returncode}: {done.stderr.decode()}")
    return folder / "build" / "reports"


def count(reports):
    """How many cases the run has, and how many failed, as the JSON report says: each reader has to find as many."""
    counts = json.loads((reports / "report.json").read_text(encoding="utf-8"))["counts"]
    assert counts["failed"] == FAILURES and counts["errors"] == 0 and counts["passed"] > 0, counts
    return sum(counts.values()), counts["failed"]


def write_all_sections(pgassay, folder):
    """A page with what that case has not: locks, a timeline of trials, growth, access, a checklist."""
    parts = {
        "impact_prove": ["run", "suite.yaml", "--only", "*/impact"],
        "impact_growth": ["run", "suite.yaml", "--only", "*/impact"],
        "row_security": ["run", "access.yaml"],
        "checklist_sign": ["checklist", "suite.yaml"],
    }
    files = []
    for case, command in parts.items():
        place = folder / case
        shutil.copytree(CASES / case, place)
        files.append(place / "report.json")
        done = subprocess.run([pgassay, *command, "--quiet", f"--report=json={files[-1]}"], cwd=place, check=False, capture_output=True)
        if done.returncode != 1:
            raise SystemExit(f"{case}: pgassay ended with {done.returncode}: {done.stderr.decode()}")
    page = folder / "all-sections.html"
    subprocess.run([pgassay, "report", "merge", "--quiet", *files, f"--report=html={page}"], cwd=folder, check=False, capture_output=True)
    text = page.read_text(encoding="utf-8")
    for part in ("<section id=locks", "trial 2", "grows faster than the rows", "<section id=access", "<section id=checklist"):
        assert part in text, part
    return page


def readers(reports, page, folder):
    """The name of each reader, the program that has to be there, what it needs beside that, its command."""
    python = folder / "venv" / "bin" / "python"
    modules = folder / "node_modules"
    counts = count(reports)
    jar = next(iter(modules.glob("vnu-jar/**/vnu.jar")), modules / "vnu-jar" / "vnu.jar")
    yield "junitparser", "venv/bin/python", python.parent, [python, "-c", JUNITPARSER, reports / "junit.xml", *counts]
    yield "junitparser (xunit)", "venv/bin/python", python.parent, [python, "-c", JUNITPARSER, reports / "xunit.xml", *counts]
    yield "maven-surefire-report-plugin", "mvn", python.parent, [
        sys.executable, folder / "surefire.py", reports / "surefire-reports", *counts]
    yield "junit2html", "venv/bin/junit2html", python.parent, [python.parent / "junit2html", reports / "junit.xml", reports / "junit2html.html"]
    yield "xunit-viewer", "node", modules / "xunit-viewer", [
        modules / ".bin" / "xunit-viewer", "-r", reports / "junit.xml", "-o", reports / "viewer.html"]
    yield "code quality as GitLab reads it", "venv/bin/python", python.parent, [
        python, "-c", CODE_QUALITY, reports / "codequality.json", *counts]
    yield "sarif-tools", "venv/bin/sarif", python.parent, [folder / "venv" / "bin" / "sarif", "summary", reports / "report.sarif"]
    yield "sarif-multitool", "node_modules/.bin/sarif-multitool", modules / "@microsoft", [
        modules / ".bin" / "sarif-multitool", "validate", reports / "report.sarif"]
    yield "ctrf's schema", "node", modules / "ctrf", ["node", "ctrf.mjs", reports / "ctrf.json"]
    yield "tap-parser", "node", modules / "tap-parser", ["node", "tap.mjs", reports / "report.tap", *counts]
    yield "vnu", "java", jar, ["java", "-jar", jar, "--Werror", reports / "report.html"]
    yield "vnu (all sections)", "java", jar, ["java", "-jar", jar, "--Werror", page]
    yield "axe-core in Chromium (all sections)", "chromium", modules / "axe-core", ["node", "page.mjs", page]
    yield "axe-core in Chromium", "chromium", modules / "axe-core", ["node", "page.mjs", reports / "report.html"]


def main(pgassay, folder):
    folder = pathlib.Path(folder).resolve()
    counts = {"read": 0, "refused": 0, "left out": 0}
    with tempfile.TemporaryDirectory(prefix="pgassay-readers-") as name:
        reports = write_reports(pathlib.Path(pgassay).resolve(), pathlib.Path(name).resolve())
        page = write_all_sections(pathlib.Path(pgassay).resolve(), pathlib.Path(name).resolve())
        for title, program, needed, command in readers(reports, page, folder):
            if find(program, folder) is None or not needed.exists():
                counts["left out"] += 1
                print(f"left out  {title}")
                continue
            done = subprocess.run([str(part) for part in command], cwd=folder, check=False, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=300)
            counts["read" if done.returncode == 0 else "refused"] += 1
            print(f"{'read' if done.returncode == 0 else 'REFUSED':<9} {title}")
            if done.returncode != 0:
                print(done.stdout)
    print(", ".join(f"{count} {word}" for word, count in counts.items()))
    return 1 if counts["refused"] else 0 if counts["read"] else 3


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
