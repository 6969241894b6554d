#!/usr/bin/env python3
"""Holds the JSON Schemas of suites and fixtures against the program and against files.

usage: check_schemas.py PGASSAY YAML_TO_JSON

- docs/schema/KIND.json is what `pgassay schema KIND` writes;
- every suite and fixture of the repository is valid by it;
- thousands of changed ones are valid by it exactly where the loader's own check takes them.
"""
import copy
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
MUTANTS = 1500  # of each kind of file
VALUES = [True, False, 0, 7, -1, "x", "", None, [], {}, ["x"], [1, {}], {"x": "y"}, "absent", "none", "true", "select"]


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def load(yaml_to_json, paths):
    return [json.loads(line) for line in run(yaml_to_json, "json", *paths).splitlines()]


def dump(value):
    """As YAML: JSON in which the words that mean something without quotes only have none."""
    return json.dumps(value, ensure_ascii=False).replace(': "absent"', ": absent")


def places(value, path=()):
    """The path of every value inside."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    for key, inner in items:
        yield path + (key,)
        yield from places(inner, path + (key,))


def mutate(value, chance):
    """A copy with one thing changed: a key renamed, added or removed, a value replaced."""
    mutant = copy.deepcopy(value)
    *path, last = chance.choice(list(places(mutant)))
    parent = mutant
    for key in path:
        parent = parent[key]
    way = chance.randrange(4)
    if way == 0 or isinstance(parent, list):
        parent[last] = chance.choice(VALUES)
    elif way == 1:
        parent[chance.choice(["zzz", "name", "count", "exact", "if", "list"])] = parent.pop(last)
    elif way == 2:
        del parent[last]
    else:
        parent["zzz"] = chance.choice(VALUES)
    return mutant


def check_file(kind, program):
    written = run(program, "schema", kind)
    path = ROOT / "docs" / "schema" / f"{kind}.json"
    if path.read_text(encoding="utf-8") != written:
        raise SystemExit(f"{path} is out of date: pgassay schema {kind} > docs/schema/{kind}.json")
    schema = json.loads(written)
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def check_examples(kind, validator, documents, paths):
    assert documents, f"no {kind} to check"
    for document, path in zip(documents, paths):
        for error in validator.iter_errors(document):
            raise SystemExit(f"{path}: {error.message}")


def check_mutants(kind, validator, documents, yaml_to_json):
    chance = random.Random(5)
    # Small ones are changed in more of their places.
    mutants = [mutate(chance.choice(documents), chance) for _ in range(MUTANTS)]
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for i, mutant in enumerate(mutants):
            paths.append(pathlib.Path(folder) / f"{i}.yaml")
            paths[-1].write_text(dump(mutant), encoding="utf-8")
        answers = run(yaml_to_json, kind, *paths).splitlines()
    refused = 0
    for mutant, answer in zip(mutants, answers):
        valid = validator.is_valid(mutant)
        refused += not valid
        # In quotes, `absent` is a text: what the schema cannot know.
        if valid != (answer == "ok") and '"absent"' not in dump(mutant):
            raise SystemExit(f"the schema of {kind}s {'takes' if valid else 'refuses'} what the loader does not: "
                             f"{answer}\n{dump(mutant)[:2000]}")
    print(f"{kind}: {len(mutants)} changed files, {refused} of them refused by both")
    assert MUTANTS / 10 < refused < MUTANTS, "changes that prove nothing"


def parts(documents, kind):
    """The documents, and smaller ones made of each of their sections, in which changes go further."""
    yield from documents
    for document in documents:
        if kind == "fixture":
            yield from ({key: value} for key, value in document.items())
            for name, value in document.get("tables", {}).items():
                yield {"tables": {name: value}}
        else:
            yield {key: value for key, value in document.items() if key != "checks"}
            yield from ({**{k: v for k, v in document.items() if k != "checks"}, "checks": [check]}
                        for check in document.get("checks", []))


def main(program, yaml_to_json):
    language = ROOT / "tests" / "cli" / "cases" / "fixture_language"
    files = {
        "suite": [*(ROOT / "suites").glob("*.yaml"), language / "suite.yaml"],
        "fixture": [*(ROOT / "fixtures").rglob("*.yaml"), *language.glob("*s.yaml"), language / "first.yaml",
                    language / "common" / "rules.yaml", language / "shop.yaml"],
    }
    for kind, paths in files.items():
        validator = check_file(kind, program)
        documents = load(yaml_to_json, paths)
        check_examples(kind, validator, documents, paths)
        check_mutants(kind, validator, list(parts(documents, kind)), yaml_to_json)
    print(f"{len(files)} passed, 0 failed, 0 skipped")


if __name__ == "__main__":
    main(*sys.argv[1:])
