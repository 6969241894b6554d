"""Prints who may do what, as the report in JSON has it, once it has been held against the schema."""
import json
import pathlib

import jsonschema

report = json.loads(pathlib.Path("build/reports/report.json").read_text(encoding="utf-8"))
schema = json.loads(pathlib.Path("docs/schema/report.json").read_text(encoding="utf-8"))
jsonschema.Draft7Validator(schema).validate(report)
for case in report["suites"][0]["cases"]:
    for access in case.get("access", []):
        who = [access["role"]] + [access[name] for name in ("settings", "where", "values") if name in access]
        print("tried" if access["tried"] else "catalog", access["table"], "; ".join(who))
        for action in access["actions"]:
            counts = f' {action["rows"]} of {action["of"]}' if "of" in action else ""
            print("   ", action["action"], action["reach"] + counts, f'EXPECTED {action["expected"]}' if "expected" in action else "")
