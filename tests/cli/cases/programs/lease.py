"""Leases so many databases; each has the table, and only one of them the row that is written here.  usage: lease.py NUMBER"""
import json
import os
import subprocess
import sys
import urllib.request

number = int(sys.argv[1])
address = os.environ.get("PGASSAY_LEASES")
if number == 0:
    sys.exit(address is not None)
urls = [os.environ["DATABASE_URL"]]
for _ in range(number):
    with urllib.request.urlopen(urllib.request.Request(address + "/databases?database=shop", method="POST")) as answer:
        urls.append(json.loads(answer.read())["url"])
subprocess.run(["psql", "-qAtX", urls[-1], "-c", "INSERT INTO orders VALUES (1, 0)"], check=True)
counts = [subprocess.run(["psql", "-qAtX", url, "-c", "SELECT count(*) FROM orders"], check=True, capture_output=True, text=True).stdout.strip()
          for url in urls]
sys.exit(0 if counts == ["0", "0", "1"] else str(counts))
