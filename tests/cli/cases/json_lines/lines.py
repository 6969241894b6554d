"""Reads a run as it happens: each line is an object. Prints what kind they are, and what the cases hold."""
import collections
import json
import sys

events = [json.loads(line) for line in sys.stdin]
print(dict(collections.Counter(event["event"] for event in events if event["event"] != "progress")))
for event in events:
    if event["event"] == "case" and event["status"] != "passed":
        print(event["suite"], event["database"], event["stage"], event["name"], event["status"], event["file"], event.get("line"), event.get("since"))
        print(" ", event["message"])
        print(" ", " ".join(event["reproduce"]))
    if event["event"] in ("note", "error"):
        print({key: value for key, value in event.items() if not key.endswith("_us")})
if events and events[-1]["event"] == "end":
    print(events[-1]["verdict"], events[-1]["counts"])
