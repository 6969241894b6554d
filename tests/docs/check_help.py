#!/usr/bin/env python3
"""Holds "pgassay help" against docs/ and against the hints of the program.

usage: check_help.py PGASSAY

- every page of docs/ but those for developers is a topic, and is printed as it stands there;
- every command has its part in docs/running.md, and "pgassay help COMMAND" prints that, or else the command's own page, and no other;
- every topic that a message of the program names is there, and no message names a file of docs/, which an installed program does
  not have beside it.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
NOT_PRINTED = {"architecture.md"}  # for who builds the program
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
faults = []


def expect(holds, text):
    if not holds:
        faults.append(text)


def help_of(program, *topic):
    result = subprocess.run([program, "help", *topic], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    return result.returncode, result.stdout, result.stderr


def part(text, heading):
    """The part of a page under a heading, to the next one that is not below it."""
    start = text.index(heading)
    depth = len(heading) - len(heading.lstrip("#"))
    end = re.compile(rf"^#{{1,{depth}}} ", re.MULTILINE).search(text, start + 1)
    return text[start:end.start() if end else None]


def check_pages(program):
    pages = [path for path in sorted([*DOCS.glob("*.md"), *DOCS.glob("formats/*.md")]) if path.name not in NOT_PRINTED]
    expect(len(pages) > 20, "too few pages found")
    for path in sorted([*(DOCS / "ci").iterdir(), *(path for path in (ROOT / "clients").iterdir() if path.is_file())]):
        expect(help_of(program, path.stem) == (0, path.read_text(encoding="utf-8"), ""), f"{path.name}: is not what is printed")
    _, listed, _ = help_of(program)
    for path in pages:
        text = path.read_text(encoding="utf-8")
        for topic in path.stem, path.relative_to(ROOT).as_posix():
            expect(help_of(program, topic) == (0, text, ""), f'"pgassay help {topic}" is not {path.relative_to(ROOT)}: a row in docs/meson.build?')
        expect(f"\n  {path.stem} " in listed, f'"pgassay help" does not list "{path.stem}"')


def check_commands(program):
    _, listed, _ = help_of(program)
    commands = re.findall(r"^  ([a-z]+) ", listed.split("Commands:\n", 1)[1].split("\n\n", 1)[0], re.MULTILINE)
    expect(len(commands) > 8, "too few commands found")
    running = (DOCS / "running.md").read_text(encoding="utf-8")
    for command in commands:
        heading = re.search(rf"^### `pgassay {command}\b.*$", running, re.MULTILINE)
        expect(heading is not None, f'docs/running.md has no part "### `pgassay {command}`"')
        if heading:
            found = help_of(program, command)
            page = DOCS / f"{command}.md"
            text = page.read_text(encoding="utf-8") if page.exists() else part(running, heading.group(0))
            expect(found == (0, text, ""), f'"pgassay help {command}" is not its page, or else its part of docs/running.md')


def check_words(program):
    fixtures = (DOCS / "fixtures.md").read_text(encoding="utf-8")
    for topic, heading in (("foreign keys", "### Foreign keys: "), ("POLICIES", "### Policies: ")):
        expect(help_of(program, *topic.split()) == (0, part(fixtures, heading), ""), f'"pgassay help {topic}" is not "{heading}"')
    code, output, error = help_of(program, "rwos")
    expect((code, output) == (2, "") and 'no page is about "rwos"\nhint: did you mean "rows"?' in error, "a mistyped topic has no hint")
    expect(help_of(program, "run it all")[0] == 2, "a heading that only begins with the word is taken")


def check_hints(program):
    topics = set()
    for path in sorted((ROOT / "harness").rglob("*.[ch]")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for literal in STRING.findall(text):
            expect("docs/" not in literal, f"{path.relative_to(ROOT)}: a message names a file of docs/: name \"pgassay help TOPIC\"")
            topics |= set(re.findall(r'\\"pgassay help ([a-z][a-z -]*)\\"', literal))
    expect(len(topics) > 5, "too few topics found in messages")
    for topic in sorted(topics):
        expect(help_of(program, topic)[0] == 0, f'a message names "pgassay help {topic}", which is not there')


def main(program):
    check_pages(program)
    check_commands(program)
    check_words(program)
    check_hints(program)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
