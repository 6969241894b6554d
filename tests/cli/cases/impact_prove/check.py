"""Reads what the report as JSON has of the trials, and holds it against the schema."""
import json
import pathlib

import jsonschema

report = json.loads(pathlib.Path("build/reports/report.json").read_text(encoding="utf-8"))
schema = json.loads(pathlib.Path("docs/schema/report.json").read_text(encoding="utf-8"))
jsonschema.Draft7Validator(schema).validate(report)
for case in report["suites"][0]["cases"]:
    if case["name"] == "2_no_timeout.sql":
        for event in case["timeline"]:
            print(event["trial"], "time_us" in event, event["who"], event["what"])
