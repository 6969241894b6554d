#!/usr/bin/env python3
"""Time to a usable database: leases beside what people do by hand, by turns in one run, on one server.

usage: leases.py PGASSAY [--suite suites/kb.yaml] [--rounds N]

One round: a lease of a warm copy; CREATE DATABASE ... TEMPLATE by hand, by each strategy the server has; a lease right after another, for
which no copy is ready; a new copy of what is lent (reset); the rows alone put back, 3 touched tables of 40; all migrations by psql (a replay, once in
five rounds). Prints medians and the least in milliseconds, and the ratios that are promised; on a busy machine the least counts.
pgtestdb's way is the second one behind a look for its template and a new role; it is written as "as pgtestdb".
"""
import argparse
import http.client
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time


class Psql:
    """A session that stays open; what it costs to start psql is not measured."""

    def __init__(self, database=None):
        self.process = subprocess.Popen(["psql", "-qAtX", *([database] if database else [])], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.run("SET client_min_messages = error")

    def run(self, *statements):
        for sql in statements:
            self.process.stdin.write(sql + ";\n")
        self.process.stdin.write("\\echo .\n")
        self.process.stdin.flush()
        lines = []
        while (line := self.process.stdout.readline()) not in (".\n", ""):
            lines.append(line.rstrip("\n"))
        return lines

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Leases:
    def __init__(self):
        self.connection = http.client.HTTPConnection(os.environ["PGASSAY_LEASES"].removeprefix("http://"))

    def ask(self, method, path="/databases"):
        self.connection.request(method, path)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 400:
            raise SystemExit(text.decode())
        return json.loads(text or b"null")


times = {}


def measure(name, work):
    start = time.perf_counter()
    result = work()
    times.setdefault(name, []).append((time.perf_counter() - start) * 1000)
    return result


def by_hand(admin, template, number, strategy):
    name = f"by_hand_{number}"
    measure(f"CREATE DATABASE TEMPLATE{strategy.lower()}", lambda: admin.run(f"CREATE DATABASE {name} TEMPLATE {template}{strategy}"))
    admin.run(f"DROP DATABASE {name}")


def as_pgtestdb(admin, template, number, strategy):
    name = f"as_pgtestdb_{number}"

    def work():
        admin.run("SELECT pg_advisory_lock(1)", f"SELECT 1 FROM pg_database WHERE datname = '{template}'",
                  f"CREATE DATABASE {name} TEMPLATE {template}{strategy} OWNER pgtestdb", "SELECT pg_advisory_unlock(1)")
        Psql(name).close()

    measure("as pgtestdb, with a connection", work)
    admin.run(f"DROP DATABASE {name}")


def one_round(leases, admin, number, strategies):
    time.sleep(0.3)  # the copy that is kept ahead is there again
    lease = measure("lease, warm", lambda: leases.ask("POST"))
    cold = measure("lease, none ready", lambda: leases.ask("POST"))
    time.sleep(0.3)
    for strategy in strategies:
        by_hand(admin, "template_by_hand", number, strategy)
    as_pgtestdb(admin, "template_by_hand", number, strategies[-1])
    measure("reset, a new copy", lambda: leases.ask("POST", f"/databases/{cold['id']}/reset"))
    for database in (lease, cold):
        leases.ask("DELETE", f"/databases/{database['id']}")


def rows_alone(leases, rounds):
    lease = leases.ask("POST")
    session = Psql(lease["url"])
    tables = session.run("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'forty'")
    path = f"/databases/{lease['id']}/rows"
    leases.ask("POST", path)
    for _ in range(rounds):
        session.run(*(f"INSERT INTO {table} (note) VALUES ('x')" for table in tables[:3]))
        restored = measure(f"rows alone, 3 of {len(tables)} tables", lambda: leases.ask("POST", path))["restored"]
        assert restored >= 3, restored
    session.close()


def inside(arguments):
    """Runs below "pgassay exec", on its databases."""
    admin = Psql("postgres")
    version = int(admin.run("SHOW server_version_num")[0])
    strategies = ["", " STRATEGY file_copy"] if version >= 150000 else [""]
    leases = Leases()
    admin.run("CREATE ROLE pgtestdb", f"CREATE DATABASE template_by_hand TEMPLATE {leases.ask('POST')['id']}")
    if arguments.forty:
        rows_alone(leases, arguments.rounds)
    else:
        for number in range(arguments.rounds):
            one_round(leases, admin, number, strategies)
    print(json.dumps(times))


FORTY = "CREATE SCHEMA forty;\n" + "".join(
    f"CREATE TABLE forty.t{i} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);\n"
    f"INSERT INTO forty.t{i} (note) SELECT 'row ' || n FROM generate_series(1, 50) n;\n" for i in range(40))


def run_inside(arguments, suite, *more):
    command = [arguments.pgassay, "exec", "--workers", "1", suite, "--", sys.executable, __file__, arguments.pgassay, "--inside",
               "--rounds", str(arguments.rounds), *more]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    for name, values in json.loads(done.stdout.splitlines()[-1]).items():
        times.setdefault(name, []).extend(values)


def exec_of_true(arguments, suite):
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        measure("exec of true", lambda: subprocess.run([arguments.pgassay, "exec", suite, "--", "true"], check=True,
                                                       stderr=subprocess.DEVNULL))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        times.setdefault("exec of true, processor time with the server's", []).append(used * 1000)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("pgassay")
    parser.add_argument("--suite", default="suites/kb.yaml")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--inside", action="store_true")
    parser.add_argument("--forty", action="store_true")
    arguments = parser.parse_args()
    if arguments.inside:
        inside(arguments)
        return
    folder = pathlib.Path("build/benchmark-leases")
    (folder / "migrations").mkdir(parents=True, exist_ok=True)
    (folder / "migrations" / "1_forty.up.sql").write_text(FORTY, encoding="utf-8")
    (folder / "forty.yaml").write_text(
        "suite: forty\ndatabases: { forty: { migrations: migrations, format: golang-migrate } }\n", encoding="utf-8")
    run_inside(arguments, arguments.suite)
    run_inside(arguments, str(folder / "forty.yaml"), "--forty")
    exec_of_true(arguments, arguments.suite)
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, value in medians.items():
        print(f"{name:48} {value:8.1f} ms   least {min(times[name]):8.1f} ms")
    bare = min(value for name, value in medians.items() if name.startswith("CREATE DATABASE"))
    print(f"a lease with no copy ready, by the best CREATE DATABASE: {medians['lease, none ready'] / bare:.2f}   aim: below 1.2")


if __name__ == "__main__":
    main()
