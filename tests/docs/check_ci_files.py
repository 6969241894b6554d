#!/usr/bin/env python3
"""Holds the files of docs/ci/ against the program, and against what their systems offer.

usage: check_ci_files.py PGASSAY [TOOLS]

Always: "pgassay init --ci" knows each of them, and every option of a command line of pgassay in it is there. With TOOLS, the folder that
script/ci-files fills, the schema, the linter or the parser of the system reads it. A planted fault in each file has to be found.
Last line: N passed, N failed, N skipped.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CI = ROOT / "docs" / "ci"
SCHEMAS = {
    "azure": ["vendor.azure-pipelines", "--regex-variant", "python", "--data-transform", "azure-pipelines"], "bitbucket": ["vendor.bitbucket-pipelines"], "buildkite": ["vendor.buildkite"],
    "circleci": ["vendor.circle-ci"], "github": ["vendor.github-workflows"], "github-shards": ["vendor.github-workflows"],
    "gitlab": ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"], "gitlab-shards": ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
}
# Changes that make a file invalid, and that its reader has to detect.
FAULTS = {
    "azure": ("timeoutInMinutes:", "timeoutInHours:"), "bitbucket": ("max-time: 15", "max-time: quarter"), "buildkite": ("command: |", "comand: |"),
    "circleci": ("version: 2.1", "version: many"), "github": ("runs-on: ubuntu-24.04", "runs-at: ubuntu-24.04"), "github-shards": ("needs: part", "needs: parts"),
    "gitlab": ("when: always", "when: ever"), "gitlab-shards": ("parallel: 3", "parallel: three"), "jenkins": ("junit 'build", "junit 'build'"),
    "kubernetes": ("completions: 4", "completions: four"), "pre-commit": ("language: system", "langage: system"),
}
GROOVY = "println(new org.codehaus.groovy.control.CompilationUnit().with { addSource(new File(args[0])); compile(org.codehaus.groovy.control.Phases.CONVERSION); 'ok' })"
counts = {"passed": 0, "failed": 0, "skipped": 0}


def run(*command):
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
                          timeout=120, check=False)
    return done.returncode, done.stdout.strip()


def note(name, what, holds, text=""):
    counts["skipped" if holds is None else "passed" if holds else "failed"] += 1
    if not holds:
        print(f"{'skip' if holds is None else 'FAIL'}  {name}: {what}{': ' if text else ''}{text}")


def options_of(program, command):
    return set(re.findall(r"--[a-z][a-z-]+", run(program, *command, "--help")[1]))


def check_options(program, path):
    text = re.sub(r"(?m)^\s*#.*$", "", path.read_text(encoding="utf-8"))
    lines = re.findall(r"pgassay\"?,? (run|check|report merge)\b([^\n|&]*(?:\n +--[^\n|&]*)*)", text)
    note(path.stem, "runs pgassay", len(lines) > 0)
    for command, rest in lines:
        unknown = set(re.findall(r"--[a-z][a-z-]+", rest)) - options_of(program, command.split()[:1])
        note(path.stem, f"options of pgassay {command}", not unknown, ", ".join(sorted(unknown)))


def readers(path, tools):
    """Command lines that read the file, by what they are."""
    name = path.stem.removesuffix(".wrong")
    python = tools / "venv" / "bin"
    if name in SCHEMAS:
        yield "schema", python / "check-jsonschema", [python / "check-jsonschema", "--builtin-schema", *SCHEMAS[name], path]
    if name.startswith("github"):
        yield "actionlint", tools / "actionlint", [tools / "actionlint", path]
    if name == "kubernetes":
        yield "schemas of Kubernetes", python / "kubernetes-validate", [python / "kubernetes-validate", "--strict", "--quiet", path]
    if name == "pre-commit":
        yield "pre-commit", python / "pre-commit", [python / "pre-commit", "validate-config", path]
    if name == "jenkins":
        yield "parser of Groovy", tools / "groovy.jar", ["java", "-cp", tools / "groovy.jar", "groovy.ui.GroovyMain", "-e", GROOVY, path]


def check_by_reader(path, tools, folder):
    text = path.read_text(encoding="utf-8")
    right, wrong = FAULTS[path.stem]
    planted = folder / f"{path.stem}.wrong{path.suffix}"
    planted.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    found = []
    for what, program, command in readers(path, tools):
        if not program.exists():
            note(path.stem, what, None, "is not there")
            continue
        code, said = run(*command)
        note(path.stem, what, code == 0, said[-600:])
        found.append(run(*[planted if part == path else part for part in command])[0] != 0)
    if found:
        note(path.stem, f"a planted fault ({wrong}) is found", right in text and any(found))


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    tools = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
    _, names = run(program, "init", "--ci", "nowhere")
    with tempfile.TemporaryDirectory(prefix="pgassay-ci-") as folder:
        for path in sorted(CI.iterdir()):
            note(path.stem, '"pgassay init --ci" knows it', path.stem.removesuffix("-shards") in re.findall(r"[a-z-]+", names))
            check_options(program, path)
            if tools is not None:
                check_by_reader(path, tools, pathlib.Path(folder))
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["failed"] or not counts["passed"] else 0


sys.exit(main())
