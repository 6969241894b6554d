"""Holds every format against the JSON report: each failure says what was expected and found, since when, where, and how to reproduce it.

usage: formats.py

What one format leaves out of one kind of failure is printed. The last line counts.
"""
import html
import json
import re
import shlex
import subprocess

FORMATS = {"junit": "f.xml", "html": "f.html", "markdown": "f.md", "github": "f.txt", "gitlab-codequality": "f.gl", "sarif": "f.sarif", "ctrf": "f.ctrf", "tap": "f.tap"}


def squeeze(text):
    """Without marks of the format, so that a sentence is a sentence in each of them."""
    text = re.sub(r"%0A|%0D", " ", text).replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    text = re.sub(r"\\+([\"\\`*_\[\]<>|~#-])", r"\1", text.replace("\\n", " "))
    return re.sub(r"[\s\"'`’“”]+", "", html.unescape(re.sub(r"</?(code|span|b|a|i|s|del|ins|u)\b[^>]*>|<!\[CDATA\[|\]\]>", "", text)))


def wanted(case):
    place = f"{case['file']}:{case['line']}" if "line" in case else case.get("file", "")
    yield "expected", case.get("expected")
    yield "found", case["message"]
    yield "since", case.get("since")
    yield "place", place
    yield "reproduce", shlex.join(case["reproduce"])


subprocess.run(["pgassay", "report", "merge", "r.json", *(f"--report={name}={path}" for name, path in FORMATS.items())], stdout=subprocess.DEVNULL, check=False)
with open("r.json", encoding="utf-8") as file:
    cases = [case for suite in json.load(file)["suites"] for case in suite["cases"] if case["status"] in ("failed", "error")]
missing = 0
for case in cases:
    for what, text in wanted(case):
        if text is None:
            print(f"{case['database']} {case['stage']}: nobody knows {what}")
for name, path in FORMATS.items():
    with open(path, encoding="utf-8") as file:
        whole = file.read()
    text = squeeze(whole)
    shown = cases
    if name == "github":  # ten are shown, the rest is counted
        places = set(re.findall(r"^::error file=([^,]*),line=(\d+)", whole, re.MULTILINE))
        shown = [case for case in cases if (case["file"], str(case.get("line", 1))) in places]
        print(f"github shows {len(shown)}: {whole.splitlines()[-1]}")
    for case in shown:
        for what, part in wanted(case):
            there = part is None or squeeze(part) in text
            if not there and what == "place":  # in members of their own
                there = case["file"] in whole and re.search(rf"\b{case.get('line', 1)}\b", whole) is not None
            if not there and what == "found":  # a page writes head and rest in places of their own
                there = all(squeeze(piece) in text or squeeze(piece[:1].upper() + piece[1:]) in text for piece in part.split(": ") for piece in piece.split(", expected "))
            if not there:
                missing += 1
                print(f"{name}: {case['database']} {case['stage']} does not say {what}: {part}")
print(f"{len(cases)} failures in {len(FORMATS)} formats, {missing} parts missing")
