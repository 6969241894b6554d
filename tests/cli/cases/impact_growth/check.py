"""Reads what the report as JSON has of the growth, and holds it against the schema."""
import json
import pathlib

import jsonschema

report = json.loads(pathlib.Path("build/reports/report.json").read_text(encoding="utf-8"))
schema = json.loads(pathlib.Path("docs/schema/report.json").read_text(encoding="utf-8"))
jsonschema.Draft7Validator(schema).validate(report)
for case in report["suites"][0]["cases"]:
    for statement in case["statements"]:
        for relation in statement["relations"]:
            if "growth" in relation and relation["kind"] == "r":
                print(case["name"], relation["relation"], relation["growth"], relation.get("larger_rows", "-"))
        if "expected_of" in statement:
            print(case["name"], "in production:", statement["expected_of"], statement["expected_wal_bytes"] > 1 << 30)
