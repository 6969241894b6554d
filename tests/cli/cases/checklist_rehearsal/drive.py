"""Rehearses pending migrations on the copy that a backup gives: some are right, others lose rows on their way back, or need more room than there is."""
import json
import os
import pathlib
import re
import shutil
import subprocess

URL = pathlib.Path("url").read_text(encoding="utf-8").strip()
DATABASE = re.search(r"@/([^?]*)", URL).group(1)
ROWS = 20000


def psql(sql):
    return subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", URL, "-c", sql], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout.strip()


def rehearse(title, migrations, more="", declared="", url=URL, options=(), head=""):
    """Each migration is (name, up, down); prints what became of the item, and gives its facts."""
    shutil.rmtree("new", ignore_errors=True)
    shutil.copytree("old", "new")
    for name, up, down in migrations:
        pathlib.Path(f"new/{name}.up.sql").write_text(up, encoding="utf-8")
        if down is not None:
            pathlib.Path(f"new/{name}.down.sql").write_text(down, encoding="utf-8")
    rollback = "none" if any(down is None for _, _, down in migrations) else "required"
    pathlib.Path("new.yaml").write_text(
        f"suite: shop\ndatabases: {{ shop: {{ migrations: new, format: golang-migrate, rollback: {rollback}{declared} }} }}\nchecklist:\n{head}"
        f"  - item: backup\n    backup: {{ file: a.dump, rehearse: true{more} }}\n", encoding="utf-8")
    done = subprocess.run(["pgassay", "checklist", "new.yaml", "--target", url, "--evidence", "e.json", *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          encoding="utf-8", check=False)
    print(f"\n== {title}: exit {done.returncode}")
    if done.returncode not in (0, 1):
        print(done.stdout.replace(DATABASE, "DB"))
        return {}
    item = json.loads(pathlib.Path("e.json").read_text(encoding="utf-8"))["items"][-1]
    print(f"{item['state']}: {masked(item['line'])}")
    for line in item.get("details", "").splitlines()[:4] if item["state"] != "ticked" else []:
        print("   ", masked(line))
    if "hint" in item:
        print("    hint:", item["hint"])
    return {fact["what"]: fact["found"] for fact in item["facts"]}


def masked(text):
    text = re.sub(r"\b\d+(\.\d+)? ?(ms|s|min|h)\b( \d+ (s|min))?", "TIME", text).replace(os.getcwd(), "FOLDER")
    return re.sub(r"\d+(\.\d+)? (GiB|MiB|KiB|TiB|kB|MB|GB|bytes|%)", "SIZE", text)


def show(facts, *names):
    for what, found in facts.items():
        if what.startswith(names):
            print(f"    {what}: {masked(found)}")


def size(text):
    number, unit = re.search(r"([\d.]+) (bytes|KiB|MiB|GiB)", text).groups()
    return float(number) * 1024 ** ["bytes", "KiB", "MiB", "GiB"].index(unit)


WIDE = ("2_wide", "ALTER TABLE orders ALTER id TYPE bigint;", "ALTER TABLE orders ALTER id TYPE int;")
FILL = ("3_fill", "ALTER TABLE orders ADD total numeric; UPDATE orders SET total = id * 2;", "ALTER TABLE orders DROP total;")
DROP = ("2_drop", "ALTER TABLE orders DROP note;", "ALTER TABLE orders ADD note text;")

psql(f"INSERT INTO orders (status, note) SELECT 'new', repeat('n', i % 90) FROM generate_series(1, {ROWS}) i; INSERT INTO lines SELECT i, i FROM generate_series(1, 100) i")
subprocess.run(["pg_dump", "-Fc", "-f", "a.dump", URL], check=True)
table = int(psql("SELECT pg_total_relation_size('orders')"))

found = rehearse("a rewrite and a backfill, with their downs", [WIDE, FILL], ", disk: { capacity: 10 TB }")
show(found, "up", "down", "rows", "written by", "disk", "WAL", "differences", "restored in")
print("the rewrite writes the table once more:", size(found["up 2_wide.up.sql"].split("WAL")[1]) > table / 2)
print("meanwhile there is room for both:", size(found["disk that the ups need meanwhile"]) > table)
rehearse("a disk that is too small for that", [WIDE, FILL], ", disk: { capacity: 100 MB, limit: 60 % }")
rehearse("the same for a migration that needs none", [("2_index", "CREATE INDEX ON lines (amount);", "DROP INDEX lines_amount_idx;")], ", disk: { capacity: 1 GB, limit: 60 % }")
psql("CREATE ROLE guest LOGIN")
rehearse("a role that may only connect", [FILL], ", disk: { capacity: 10 TB }", url=URL.replace("postgres@", "guest@"))
rehearse("a down that loses a column's values", [DROP, FILL])
show(rehearse("the same, declared", [DROP, FILL], declared=", lossy: { 2_drop.up.sql: notes are not needed }"), "lost by", "rows")
rehearse("declared for another migration", [DROP, FILL], declared=", lossy: { 3_fill.up.sql: totals are calculated again }")
rehearse("a down that leaves the schema another", [("2_left", "CREATE TABLE more (a int);", "ALTER TABLE lines ADD more int; UPDATE orders SET note = NULL;")])
rehearse("a down that loses rows", [("2_lines", "CREATE INDEX ON lines (amount);", "DROP INDEX lines_amount_idx; DELETE FROM lines WHERE amount > 95;")])
rehearse("values that go to other rows", [("2_swap", "UPDATE lines SET amount = 101 - amount;", "SELECT 1;")])
rehearse("a sequence that begins anew", [("2_again", "SELECT 1;", "ALTER TABLE orders ALTER id RESTART;")])
show(rehearse("a migration without a down", [("2_drop", DROP[1], None)]), "up", "rows")

# Our servers are copies of one template, as a clone of production is one of production: they have one system identifier.
psql("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
before = psql("SELECT string_agg(datname, ' ' ORDER BY oid) FROM pg_database")
rehearse("the server of the target, for a role that may not ask for its number", [FILL], url=URL.replace("postgres@", "guest@"), options=["--server", URL])
rehearse("the server of the target, by its number", [FILL], options=["--server", URL])
print("databases are what they were:", before == psql("SELECT string_agg(datname, ' ' ORDER BY oid) FROM pg_database"))
rehearse("a copy of the expected server, elsewhere", [FILL], head=f"  - item: production\n    target: {{ database: {DATABASE}, address: 10.0.0.5 port 5432 }}\n")
port = psql("SHOW port")
rehearse("the expected address", [FILL], head=f"  - item: production\n    target: {{ database: {DATABASE}, address: a Unix socket port {port} }}\n")
