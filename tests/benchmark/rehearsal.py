#!/usr/bin/env python3
"""A rehearsal on much data: a target, its backup, the copy, pending migrations with a rewrite and a backfill, and their downs.

usage: rehearsal.py PGASSAY [--size MB]

Makes a target with so many megabytes of rows (2048), dumps it, and lets "pgassay checklist" restore and rehearse that. Prints what the evidence says of it
(RTO, and time, lock and WAL of each migration), the processor time and the most memory of pgassay itself, and what is left behind. Then the same with a row in
the backup that the target does not have any more, on which a migration fails: that has to be found. Exits with 1 when it is not, when the rehearsal is not
ticked, or when something is left behind.
"""
import argparse
import glob
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROW = 1100  # bytes of a row with its indexes, about
FILES = {
    "1_orders.up.sql": "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer int NOT NULL, status text, note text);\nCREATE INDEX by_customer ON orders (customer);\n",
    "1_orders.down.sql": "DROP TABLE orders;\n",
    "2_wide.up.sql": "ALTER TABLE orders ALTER customer TYPE bigint;\n",
    "2_wide.down.sql": "ALTER TABLE orders ALTER customer TYPE int;\n",
    "3_total.up.sql": "ALTER TABLE orders ADD total numeric;\nUPDATE orders SET total = customer * 2;\nALTER TABLE orders ALTER total SET NOT NULL;\n",
    "3_total.down.sql": "ALTER TABLE orders DROP total;\n",
    "4_status.up.sql": "ALTER TABLE orders ALTER status SET NOT NULL;\n",
    "4_status.down.sql": "ALTER TABLE orders ALTER status DROP NOT NULL;\n",
}
SUITE = """suite: shop
databases: {{ shop: {{ migrations: {folder}, format: golang-migrate, rollback: required }} }}
"""
ITEM = """checklist:
  - item: backup
    backup: { file: a.dump, rows: { public.orders: 1 % }, same: [SELECT sum(customer) FROM orders], rehearse: true, disk: { capacity: 10 TB } }
"""


def run(*arguments, **options):
    return subprocess.run(arguments, check=True, stdout=subprocess.PIPE, encoding="utf-8", **options).stdout


def write(folder, names):
    pathlib.Path(folder).mkdir()
    for name in names:
        pathlib.Path(folder, name).write_text(FILES[name], encoding="utf-8")


def leftovers():
    """What lies in the folder for temporary files, which nobody else has: data directories, and with them servers."""
    return set(glob.glob(f"{os.environ['TMPDIR']}/*"))


def measure(program, url):
    """The item, seconds, processor seconds of pgassay, its most memory in MB."""
    began = time.monotonic()
    with subprocess.Popen([program, "checklist", "new.yaml", "--target", url, "--evidence", "e.json"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8") as process:
        memory = ticks = 0
        while process.poll() is None:
            try:
                status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
                memory = max(memory, int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024)
                fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
                ticks = int(fields[11]) + int(fields[12])
            except (OSError, AttributeError):
                pass
            time.sleep(0.05)
        said = process.stdout.read()
    if process.returncode not in (0, 1):
        sys.exit(said)
    item = json.loads(pathlib.Path("e.json").read_text(encoding="utf-8"))["items"][0]
    return item, time.monotonic() - began, ticks / os.sysconf("SC_CLK_TCK"), memory


def psql(url, sql):
    return run("psql", "-qXAt", "-v", "ON_ERROR_STOP=1", url, "-c", sql).strip()


def rehearse(program, size):
    write("old", [name for name in FILES if name.startswith("1")])
    write("new", FILES)
    pathlib.Path("old.yaml").write_text(SUITE.format(folder="old"), encoding="utf-8")
    pathlib.Path("new.yaml").write_text(SUITE.format(folder="new") + ITEM, encoding="utf-8")
    kept = run(program, "run", "--keep", "old.yaml")
    socket, database = re.search(r"^kept: psql -h '([^']*)'.* -d '([^']*)'", kept, re.MULTILINE).groups()
    supervisor = int(re.search(r"remove it with: kill (\d+)", kept).group(1))
    url = f"postgresql://postgres@/{database}?host={socket}"
    bad = 0
    try:
        psql(url, f"INSERT INTO orders (customer, status, note) SELECT i % 50000, 'new', repeat(md5(i::text), 30) FROM generate_series(1, {size * 1048576 // ROW}) i")
        print(f"target: {psql(url, 'SELECT pg_size_pretty(pg_database_size(current_database())), count(*) FROM orders')} rows")
        for title, wanted in ("rows that are right", "ticked"), ("a row that only the backup has, and on which a migration fails", "open"):
            if wanted == "open":
                psql(url, "UPDATE orders SET status = NULL WHERE id = 7")
            began = time.monotonic()
            run("pg_dump", "-Fc", "-Z", "1", "-f", "a.dump", url)
            print(f"\n== {title}\nbackup: {os.path.getsize('a.dump') / 1048576:.0f} MB in {time.monotonic() - began:.0f} s")
            psql(url, "UPDATE orders SET status = 'new' WHERE id = 7")
            before = leftovers()
            item, seconds, processor, memory = measure(program, url)
            left = leftovers() - before
            print(f"{item['state']}: {item['line']}")
            for fact in item["facts"]:
                print(f"  {fact['what']}: {fact['found']}")
            print(f"{seconds:.0f} s; pgassay itself: {processor:.2f} s of processor time, at most {memory:.0f} MB of memory; left behind: {' '.join(sorted(left)) or 'nothing'}")
            bad += item["state"] != wanted or len(left)
    finally:
        os.kill(supervisor, 15)
    return 1 if bad else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pgassay")
    parser.add_argument("--size", type=int, default=2048, help="megabytes of rows")
    options = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)
    program = str(pathlib.Path(options.pgassay).resolve())
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        os.chmod(folder, 0o755)
        os.chdir(folder)
        os.mkdir("tmp")
        os.chmod("tmp", 0o1777)
        os.environ["TMPDIR"] = f"{folder}/tmp"
        return rehearse(program, options.size)


sys.exit(main())
