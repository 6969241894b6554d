"""What the reports of "pgassay plan" say: each plan as a case, what it costs, how it grows, and what would help."""
import json
import pathlib

import jsonschema

report = json.loads(pathlib.Path("plan.json").read_text(encoding="utf-8"))
jsonschema.Draft7Validator(json.loads(pathlib.Path("docs/schema/report.json").read_text(encoding="utf-8"))).validate(report)
for case in report["suites"][0]["cases"]:
    text = case.get("details") or case["message"]
    print(case["name"], case["status"], case.get("since"), f"{case.get('file')}:{case.get('line')}", case["reproduce"])
    print("  plans:", [plan["title"] for plan in case.get("plans", [])])
    print("  says:", [part for part in ("before, ", "median", "p95", "  grows: ", " rows ", "blocks: linear", "with an index on") if part in text])
markdown = pathlib.Path("plan.md").read_text(encoding="utf-8")
print("markdown:", "2 faults in 2 cases" in markdown, "  grows: " in markdown)
