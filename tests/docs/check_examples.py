#!/usr/bin/env python3
"""Holds the examples of the documentation against the program.

usage: check_examples.py PGASSAY YAML_TO_JSON

- docs/keys.md is what script/keys writes, so that every key has an example;
- the program loads the files in docs/examples/;
- every block of YAML in the pages is a suite, a fixture, or a part of one, by their schemas; one of another kind begins with
  "```yaml other";
- every `pgassay help TOPIC` that a page names is there, and so is every option of a command line that it shows;
- every link leads to a file, and to a heading of it;
- every page has its place in the menu of the site (mkdocs.yml).
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Keys of whole files; a mapping without any of them is a part of a file.
SUITE = {"suite", "databases", "checks", "server", "plans", "programs", "queries", "checklist"}


def pages():
    return [ROOT / "README.md", *sorted(DOCS.glob("*.md")), *sorted((DOCS / "formats").glob("*.md"))]


def blocks(page, *languages):
    text = page.read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        if match.group(1) in languages:
            yield text.count("\n", 0, match.start()) + 2, match.group(2)


def without_required(schema):
    """A part of a file need not have what every file has."""
    if isinstance(schema, dict):
        return {key: without_required(value) for key, value in schema.items() if key != "required" or not isinstance(value, list)}
    return [without_required(value) for value in schema] if isinstance(schema, list) else schema


def allowed(schemas, value):
    """The schemas of which the block has to be valid by one: those of whole files, or of a part of them."""
    suite, fixture = schemas["suite"], schemas["fixture"]
    definitions = suite["definitions"]
    if isinstance(value, dict) and SUITE & set(value):
        yield suite
    elif isinstance(value, list):
        yield {"type": "array", "items": {"anyOf": [definitions["checks.ITEM"], definitions["plans.ITEM"]]}, "definitions": definitions}
    else:
        yield fixture
        for schema in (suite, fixture):
            for name, part in schema["definitions"].items():
                if name.endswith("NAME") and "properties" in part:
                    yield {**part, "definitions": schema["definitions"]}


def find_error(schemas, value):
    """None when the value is valid; else what is wrong, by the first schema."""
    first = None
    for schema in allowed(schemas, value):
        error = next(jsonschema.Draft7Validator(schema).iter_errors(value), None)
        if error is None:
            return None
        first = first or f"{list(error.absolute_path)}: {error.message[-300:]}"
    return first


def check_yaml(yaml_to_json, schemas):
    count = 0
    with tempfile.TemporaryDirectory(prefix="pgassay-docs-") as folder:
        path = pathlib.Path(folder) / "block.yaml"
        for page in pages():
            for line, text in blocks(page, "yaml"):
                path.write_text(text, encoding="utf-8")
                done = subprocess.run([yaml_to_json, "json", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
                if done.returncode != 0:
                    raise SystemExit(f"{page}:{line}: {done.stdout}")
                value = json.loads(done.stdout)
                if not isinstance(value, (dict, list)):
                    continue
                error = find_error(schemas, value)
                if error is not None:
                    raise SystemExit(f"{page}:{line}: {error}")
                count += 1
    if count < 20:
        raise SystemExit(f"only {count} examples were found")
    return count


def check_commands(program):
    """Topics and options, of blocks of a shell and of what stands in backticks."""
    helps = {}
    count = 0
    listed = subprocess.run([program, "--help"], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    commands = re.findall(r"^  ([a-z]+) ", listed, re.MULTILINE)
    for page in pages():
        text = page.read_text(encoding="utf-8")
        lines = [line for _, block in blocks(page, "sh", "") for line in block.replace("$ pgassay", "pgassay").splitlines() if line.startswith("pgassay ")]
        lines += re.findall(r"`(pgassay [^`\n]+)`", text)
        for line in lines:
            words = line.split(" -- ")[0].split("#")[0].split()
            if words[1] == "help":
                if len(words) > 2 and not any(word.isupper() or word.startswith("[") for word in words[2:]):
                    subprocess.run([program, *words[1:]], check=True, stdout=subprocess.DEVNULL)
                continue
            if words[1] not in commands:
                continue
            if words[1] not in helps:
                helps[words[1]] = subprocess.run([program, words[1], "--help"], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
            for word in words[2:]:
                option = re.match(r"\[?(--[a-z-]+|-[a-z]\b)", word)
                if option and option.group(1) != "--help" and not re.search(rf"{option.group(1)}\b", helps[words[1]]):
                    raise SystemExit(f"{page}: \"pgassay {words[1]}\" has no option {option.group(1)}: {line}")
            count += 1
    if count < 50:
        raise SystemExit(f"only {count} command lines were found")
    return count


def anchors(page):
    """The names of its headings, as GitHub and the site make them."""
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    found = set()
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        name = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        found.add(re.sub(r"[^\w\- ]", "", name.strip().lower()).replace(" ", "-"))
    return found


def check_links():
    count, faults = 0, []
    for page in pages():
        for link in re.findall(r"\]\(([^)\s]+)\)", BLOCK.sub("", page.read_text(encoding="utf-8"))):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            if not target.exists():
                faults.append(f"{page}: there is no {link}")
            elif anchor and anchor not in anchors(target):
                faults.append(f"{page}: there is no heading for {link}")
            count += 1
    if faults:
        raise SystemExit("\n".join(faults))
    return count


def check_menu():
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    missing = [name for name in (page.relative_to(DOCS).as_posix() for page in pages()[1:]) if f": {name}\n" not in menu]
    if missing:
        raise SystemExit(f"mkdocs.yml does not have {', '.join(missing)}")


def main(arguments):
    program, yaml_to_json = arguments
    subprocess.run([sys.executable, ROOT / "script" / "keys", yaml_to_json, "--check"], check=True)
    for suite in sorted((DOCS / "examples").glob("suite*.yaml")):
        subprocess.run([program, "run", "--list", suite], check=True, stdout=subprocess.DEVNULL)
    check_menu()
    schemas = {kind: without_required(json.loads((DOCS / "schema" / f"{kind}.json").read_text(encoding="utf-8"))) for kind in ("suite", "fixture")}
    print(f"{check_yaml(yaml_to_json, schemas)} examples are valid, {check_commands(program)} command lines have their options, {check_links()} links lead somewhere")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    sys.exit(main(sys.argv[1:]))
