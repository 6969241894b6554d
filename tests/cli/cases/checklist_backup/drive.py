"""Gives the item "backup" each kind of file that is no good backup of the target, and good ones beside them."""
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess

URL = pathlib.Path("url").read_text(encoding="utf-8").strip()
KEPT = re.search(r"@/([^?]*)", URL).group(1)
subprocess.run(["psql", "-qX", URL.replace(KEPT, "postgres"), "-c", f'CREATE DATABASE shop TEMPLATE "{KEPT}"'], check=True)
URL = URL.replace(KEPT, "shop")


def psql(sql, url=URL):
    return subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", url, "-c", sql], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout.strip()


def dump(*options, url=URL):
    if os.path.isdir("a.dump"):
        shutil.rmtree("a.dump")
    subprocess.run(["pg_dump", *options, "-f", "a.dump", url], check=True)


def masked(text):
    text = text.replace(os.getcwd(), "FOLDER")
    text = re.sub(r"\b\d+(\.\d+)? ?(ms|s|min|h)\b( \d+ (s|min))?", "TIME", text)
    text = re.sub(r'extension control file "[^"]*/', 'extension control file "', text)
    return re.sub(r"\bline \d+|\d+\.dat", "N", text)


def ask(title, file="a.dump", more="", url=URL, migrations="old", server="", options=()):
    pathlib.Path("new.yaml").write_text(
        f"suite: shop\n{server}databases: {{ shop: {{ migrations: {migrations}, format: golang-migrate }} }}\nchecklist:\n"
        f"  - item: backup\n    backup: {{ file: \"{file}\"{more} }}\n", encoding="utf-8")
    done = subprocess.run(["pgassay", "checklist", "new.yaml", "--target", url, "--evidence", "e.json", *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          encoding="utf-8", check=False)
    print(f"\n== {title}: exit {done.returncode}")
    if done.returncode not in (0, 1):
        print(masked(done.stdout))
        return
    item = json.loads(pathlib.Path("e.json").read_text(encoding="utf-8"))["items"][0]
    print(f"{item['state']}: {masked(item['line'])}")
    for line in item.get("details", "").splitlines()[:3] if item["state"] != "ticked" else []:
        print("   ", masked(line))
    if "hint" in item:
        print("    hint:", item["hint"])


def write(data):
    pathlib.Path("a.dump").write_bytes(data)


def files():
    dump("-Fc")
    archive = pathlib.Path("a.dump").read_bytes()
    ask("an archive")
    write(archive[:2000])
    ask("its first bytes")
    write(gzip.compress(archive))
    ask("compressed")
    write(b"Salted__" + archive)
    ask("encrypted")
    write(bytes(range(256)) * 20)
    ask("neither an archive nor SQL")
    write(b"SELECT 1;\n")
    ask("SQL of somebody")
    dump("-Ft")
    ask("a tar archive")
    dump("-Fp")
    ask("plain SQL")
    dump("-Fp", "--clean", "--if-exists")
    ask("plain SQL that drops what is there first")
    os.remove("a.dump")
    ask("no file")
    ask("no folder", file="nowhere/*.dump")
    dump("-Fd")
    ask("a folder")
    next(pathlib.Path("a.dump").glob("*.dat.gz")).unlink()
    ask("a folder that lacks a file")
    pathlib.Path("a.dump/toc.dat").unlink()
    ask("a folder without contents")
    shutil.rmtree("a.dump")


def own_database():
    """On a server of somebody, psql would make and drop databases that are not ours."""
    elsewhere = subprocess.run(["pgassay", "run", "--keep", "old.yaml"], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    server = "postgresql://postgres@/postgres?host=" + re.search(r"kept: psql -h '([^']*)'", elsewhere).group(1)
    psql("CREATE DATABASE shop", server)
    psql("CREATE TABLE precious (a int)", server.replace("/postgres?", "/shop?"))
    databases = "SELECT string_agg(datname, ' ' ORDER BY oid) FROM pg_database WHERE datname !~ '^pgassay'"
    before = psql(databases, server)
    for title, options in ("SQL that makes its database", ["--create"]), ("SQL that drops its database first", ["--create", "--clean", "--if-exists"]):
        dump("-Fp", *options)
        ask(title, options=["--server", server])
    subprocess.run(["pg_dumpall", "-f", "a.dump", "-d", URL], check=True)
    ask("all databases of a server", options=["--server", server])
    dump("-Fc", "--create")
    ask("an archive of such a kind", options=["--server", server])
    print("the server of somebody is what it was:", before == psql(databases, server),
          psql("SELECT count(*) FROM precious", server.replace("/postgres?", "/shop?")) == "0")
    os.kill(int(re.search(r"remove it with: kill (\d+)", elsewhere).group(1)), 15)


def contents():
    psql("CREATE DATABASE another")
    another = URL.replace("/shop?", "/another?")
    psql("CREATE TABLE t (a int)", another)
    dump("-Fp", url=another)
    ask("SQL of another database")
    psql("DROP DATABASE another")
    psql("CREATE TABLE log (a int); CREATE TABLE old_log (a int)")
    dump("-Fc", "--exclude-table=*log")
    ask("tables that are left out on purpose")
    psql("DROP TABLE log, old_log")
    psql("CREATE ROLE shop_app; CREATE ROLE shop_reader; ALTER TABLE lines ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON lines TO shop_app USING (true); "
         "GRANT SELECT ON lines TO shop_reader")
    dump("-Fc")
    ask("roles that the other server lacks")
    ask("roles that the suite names", server="server: { roles: [shop_app] }\n")
    psql("DROP POLICY p ON lines; DROP OWNED BY shop_app, shop_reader; DROP ROLE shop_app, shop_reader; ALTER TABLE lines DISABLE ROW LEVEL SECURITY")
    dump("-Fp")
    text = pathlib.Path("a.dump").read_text(encoding="utf-8")
    pathlib.Path("a.dump").write_text(text.replace("CREATE TABLE public.orders", "CREATE EXTENSION nowhere;\nCREATE TABLE public.orders", 1), encoding="utf-8")
    ask("an extension that the other server lacks")


def values():
    psql("ALTER DATABASE shop SET timezone = 'America/New_York'; ALTER DATABASE shop SET datestyle = 'German'; "
         "ALTER DATABASE shop SET extra_float_digits = -3; ALTER DATABASE shop SET bytea_output = escape")
    dump("-Fc")
    own = ', same: [ "SELECT timestamptz \'2026-01-01 00:00+00\', 0.1234567890123::float8, \'\\\\x00ff\'::bytea", "SELECT order_id, amount FROM lines ORDER BY order_id" ]'
    many = ', same: [ "SELECT i FROM generate_series(1, 5000) i" ]'
    ask("values of a target with settings of its own", more=own)
    psql("UPDATE lines SET amount = amount + 1 WHERE order_id = 7")
    ask("a value in the seventh row", more=own)
    psql("UPDATE lines SET amount = amount - 1 WHERE order_id = 7")
    ask("more rows than are compared", more=many)
    psql("CREATE ROLE guest LOGIN")
    ask("a role that may read nothing", more=', rows: { orders: 1 %, lines: 1 % }, same: [ SELECT max(order_id) FROM lines ]', url=URL.replace("postgres@", "guest@"))
    psql("DROP ROLE guest")


def histories():
    shutil.copytree("old", "more")
    pathlib.Path("more/2_note.up.sql").write_text("ALTER TABLE orders ADD more text;", encoding="utf-8")
    pathlib.Path("more/2_note.down.sql").write_text("ALTER TABLE orders DROP more;", encoding="utf-8")
    for title, change, back in (("a history that is right", "SELECT 1", "SELECT 1"),
                                ("a migration that has failed", "UPDATE schema_migrations SET dirty = true", "UPDATE schema_migrations SET dirty = false"),
                                ("a version without a file", "UPDATE schema_migrations SET version = 7", "UPDATE schema_migrations SET version = 1"),
                                ("no history", "ALTER TABLE schema_migrations RENAME TO hidden", "ALTER TABLE hidden RENAME TO schema_migrations")):
        psql(change)
        dump("-Fc")
        ask(title, migrations="more", more=", rehearse: true")
        psql(back)


psql("INSERT INTO orders (status) SELECT 'new' FROM generate_series(1, 100); INSERT INTO lines SELECT i, i FROM generate_series(1, 100) i")
files()
own_database()
contents()
values()
histories()
