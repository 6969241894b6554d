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
# Another worker is in a transaction all the time; its database is another one, so that it does not matter.
elsewhere = Session(ask("POST", "/databases?database=shop")["url"])
elsewhere.run("BEGIN; UPDATE customers SET name = 'elsewhere'")
for sql in ("SELECT 1",
            "UPDATE customers SET name = 'x'",
            "DELETE FROM orders",
            "TRUNCATE customers CASCADE",
            "INSERT INTO orders (customer_id) SELECT id FROM customers; REFRESH MATERIALIZED VIEW totals",
            "BEGIN; INSERT INTO orders (customer_id) SELECT id FROM customers; ROLLBACK",
            "DELETE FROM orders; DELETE FROM customers; INSERT INTO customers (id, name) VALUES (1, 'another')"):
    session.run(sql)
    answer = ask("POST", path)
    same = "as before" if session.run(everything) == before else "not as before"
    print(f"{sql}: {answer if isinstance(answer, str) else answer['restored']} restored, {same}")
# What was open in this database when the rows were put back is written afterwards.
other = Session(lease["url"])
other.run("BEGIN; SELECT txid_current(); SAVEPOINT s; INSERT INTO customers (id, name) VALUES (70, 'late')")
session.run("UPDATE customers SET name = 'x' WHERE id < 70")
print(ask("POST", path)["restored"], "restored while a transaction is open")
other.run("COMMIT")
print(ask("POST", path)["restored"], "restored after it", session.run(everything) == before)
session.run("CREATE TABLE more (id int)")
print(ask("POST", path))
session.run("DROP TABLE more; UPDATE customers SET name = 'y'; BEGIN; UPDATE customers SET name = 'locked'")
print(ask("POST", path).splitlines()[0].partition(": canceling")[0])
session.run("ROLLBACK")
print(ask("POST", path)["restored"], ask("GET", path), ask("POST", "/databases/none/rows"))
