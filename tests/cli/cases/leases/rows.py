"""Rows that come back, while sessions stay: what was written, deleted, truncated, counted; and what cannot come back so."""
import json
import os
import subprocess
import urllib.error
import urllib.request


def ask(method, path):
    request = urllib.request.Request(os.environ["PGASSAY_LEASES"] + path, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")
    except urllib.error.HTTPError as error:
        return f"{error.code} {json.loads(error.read())['error']}"


class Session:
    """A session that stays open."""

    def __init__(self, url):
        self.psql = subprocess.Popen(["psql", "-qAtX", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL, text=True)

    def run(self, sql):
        self.psql.stdin.write(sql + ";\n\\echo .\n")
        self.psql.stdin.flush()
        lines = []
        while (line := self.psql.stdout.readline()) not in (".\n", ""):
            lines.append(line.strip())
        return lines


lease = ask("POST", "/databases?database=shop")
path = f"/databases/{lease['id']}/rows"
session = Session(lease["url"])
everything = ("SELECT string_agg(c::text, ' ' ORDER BY id) FROM customers c; SELECT count(*) FROM orders; "
              "SELECT last_value, is_called FROM orders_id_seq; TABLE totals; SELECT pg_backend_pid()")
before = session.run(everything)
# What a session did before may be counted late: more tables than those that were used now may be put back, and never fewer.
for sql, used in (("SELECT 1", 0),
            ("UPDATE customers SET name = 'x'", 1),
            ("DELETE FROM orders", 1),
            ("TRUNCATE customers CASCADE", 2),
            ("INSERT INTO orders (customer_id) SELECT id FROM customers; REFRESH MATERIALIZED VIEW totals", 3),
            ("BEGIN; INSERT INTO orders (customer_id) SELECT id FROM customers; ROLLBACK", 1),
            ("DELETE FROM orders; DELETE FROM customers; INSERT INTO customers (id, name) VALUES (1, 'another')", 2)):
    session.run(sql)
    answer = ask("POST", path)
    same = "as before" if session.run(everything) == before else "not as before"
    print(f"{sql}: {answer if isinstance(answer, str) else min(answer['restored'], used)} restored, {same}")
session.run("CREATE TABLE more (id int)")
print(ask("POST", path))
session.run("DROP TABLE more; UPDATE customers SET name = 'y'; BEGIN; UPDATE customers SET name = 'locked'")
print(ask("POST", path).splitlines()[0].partition(": canceling")[0])
session.run("ROLLBACK")
print(ask("POST", path)["restored"], ask("GET", path), ask("POST", "/databases/none/rows"))
