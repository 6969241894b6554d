"""Prints what each JUnit report counts, from its attributes and from its elements; they must agree."""
import collections
import sys
import xml.etree.ElementTree as tree

for path in sys.argv[1:]:
    root = tree.parse(path).getroot()
    cases = list(root.iter("testcase"))
    kinds = collections.Counter(child.tag for case in cases for child in case if child.tag in ("failure", "error", "skipped"))
    counted = {"tests": len(cases), "failures": kinds["failure"], "errors": kinds["error"], "skipped": kinds["skipped"]}
    told = {name: sum(int(suite.get(name)) for suite in root) for name in counted}
    print(told, "counted" if told == counted else f"but there are {counted}")
    print({name: root.get(name) for name in ("tests", "failures", "errors")})
    print(sorted({case.get("classname").rsplit(".", 1)[0] for case in cases}))
    print(all(case.get("name") and float(case.get("time")) >= 0 for case in cases))
    print(sorted({p.get("name") for p in root.iter("property")}))
