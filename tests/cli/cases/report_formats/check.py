"""Reads each report as a program would, and prints what it says of the index that the down leaves behind."""
import json
import pathlib
import xml.etree.ElementTree as tree

import jsonschema

reports = pathlib.Path("build/reports")
report = json.loads((reports / "report.json").read_text(encoding="utf-8"))
jsonschema.Draft7Validator(json.loads(pathlib.Path("docs/schema/report.json").read_text(encoding="utf-8"))).validate(report)
print("json:", report["verdict"], report["counts"])
for case in report["suites"][0]["cases"]:
    if case["status"] == "failed":
        print({name: case.get(name) for name in ("stage", "kind", "expected", "since", "remedy", "file", "line", "differences")})
        print(" ".join(case["reproduce"]))
shop = report["suites"][0]["databases"][0]
for migration in shop["migrations"]:
    print(migration["name"], [change["sign"] + " " + change["class"] + " " + change["identity"] for change in migration["changes"]])
print([entry["identity"] + ": " + entry["definition"] for entry in shop["objects"] if entry["class"] in ("index", "foreign key")])

sarif = json.loads((reports / "report.sarif").read_text(encoding="utf-8"))["runs"][0]
rules = [rule["id"] for rule in sarif["tool"]["driver"]["rules"]]
for result in sarif["results"]:
    place = result["locations"][0]["physicalLocation"]
    print("sarif:", result["ruleId"], result["ruleId"] in rules, place["artifactLocation"]["uri"], place["region"])
for finding in json.loads((reports / "codequality.json").read_text(encoding="utf-8")):
    print("gitlab:", finding["check_name"], finding["severity"], finding["location"], len(finding["fingerprint"]))
ctrf = json.loads((reports / "ctrf.json").read_text(encoding="utf-8"))["results"]
print("ctrf:", {name: ctrf["summary"][name] for name in ("tests", "passed", "failed", "skipped")}, len(ctrf["tests"]))
tap = (reports / "report.tap").read_text(encoding="utf-8").splitlines()
print("tap:", tap[:2], [line for line in tap if line.startswith("not ok")])
for failure in tree.parse(reports / "junit.xml").iter("failure"):
    print("junit:", failure.text.splitlines()[:3])
page = (reports / "report.html").read_text(encoding="utf-8")
print("html:", "orders_by_customer" in page, "&lt;b&gt;" in page, "<script" in page)
