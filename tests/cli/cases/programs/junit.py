import subprocess
import sys

count = subprocess.run(["psql", "-qAtX", "-c", "SELECT count(*) FROM orders"], check=True, capture_output=True, text=True).stdout.strip()
failure = "" if count == "0" else f'<failure message="{count} rows"/>'
with open(sys.argv[1], "w", encoding="utf-8") as file:
    file.write(f'<testsuites><testsuite name="s"><testcase classname="orders" name="begins empty" time="0.001">{failure}</testcase></testsuite></testsuites>')
