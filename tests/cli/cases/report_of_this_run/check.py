"""usage: check.py WHAT: looks at build/reports/junit.xml, and says what is to be seen there."""
import datetime
import sys
import xml.etree.ElementTree as tree

root = tree.parse("build/reports/junit.xml").getroot()


def show_result():
    tests = "one test" if root.get("tests") == "1" else "several tests"
    print(f"{tests}, {root.get('failures')} failures, {root.get('errors')} errors")
    for error in root.iter("error"):
        print(error.get("message"))


def show_times():
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    for suite in root.iter("testsuite"):
        age = now - datetime.datetime.fromisoformat(suite.get("timestamp"))
        print("the suite started within the last minutes:", datetime.timedelta(0) <= age < datetime.timedelta(minutes=10))
    times = {case.get("classname"): float(case.get("time")) for case in root.iter("testcase") if case.get("name") == "V2__slow.sql"}
    # The up takes 0.2 s, the down 0.4 s, and the up is run again.
    print("the up on rows has the time of the up:", 0.2 <= times["shop.shop.rows"] < 0.6)
    print("the round trip has the rest:", 0.6 <= times["shop.shop.round trip"])


{"result": show_result, "times": show_times}[sys.argv[1]]()
