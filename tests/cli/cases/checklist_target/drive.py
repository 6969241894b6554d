"""Brings the target into each state in which an item has to be open, and prints what the checklist says."""
import glob
import json
import os
import pathlib
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time

URL = pathlib.Path("url").read_text(encoding="utf-8").strip()
LOG = pathlib.Path(re.search(r"host=([^&]*)/data", URL).group(1)) / "log"
DATABASE = re.search(r"@/([^?]*)", URL).group(1)


def psql(sql, url=URL):
    return subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", url, "-c", sql], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout.strip()


def dump(*options):
    for path in glob.glob("*.dump"):
        os.remove(path)
    subprocess.run(["pg_dump", *options, "-f", "a.dump", URL], check=True)


def masked(text):
    text = text.replace(DATABASE, "DB").replace(os.getcwd(), "FOLDER")
    text = re.sub(r"\b\d+(\.\d+)? ?(ms|s|min|h)\b( \d+ (s|min))?", "TIME", text)
    text = re.sub(r"\bpid \d+", "pid PID", text)
    text = re.sub(r"restored: line \d+", "restored: line N", text)
    text = re.sub(r"\d+(\.\d+)? (GiB|MiB|KiB|TiB|kB|MB|GB|bytes)", "SIZE", text)
    text = re.sub(r"transaction age \d+", "transaction age N", text)
    return re.sub(r"(disk|connections) [\d.]+ %", r"\1 N %", text)


def ask(title, *only, suite="new.yaml", url=URL, phase="pre", more=()):
    done = subprocess.run(["pgassay", "checklist", suite, "--phase", phase, "--target", url, "--evidence", "e.json", *more],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    print(f"\n== {title}: exit {done.returncode}")
    if done.returncode not in (0, 1):
        print(masked(done.stdout.strip()))
        return None
    evidence = json.loads(pathlib.Path("e.json").read_text(encoding="utf-8"))
    for item in evidence["items"]:
        if only and item["item"] not in only:
            continue
        print(f'{item["state"]:8} {item["item"]}: {masked(item["line"])}')
        if item["state"] != "ticked":
            for line in item.get("details", "").splitlines()[:6]:
                print("           ", masked(line))
            if "hint" in item:
                print("            hint:", masked(item["hint"]))
    return evidence


class Session:
    """A session of somebody else, which stays where it is."""

    def __init__(self, sql):
        self.process = subprocess.Popen(["psql", "-qXAt", URL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
        self.process.stdin.write(f"SET application_name = 'shop'; {sql}; SELECT 'there';\n")
        self.process.stdin.flush()
        while self.process.stdout.readline().strip() != "there":
            pass

    def send(self, sql):
        self.process.stdin.write(sql + ";\n")
        self.process.stdin.flush()

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def until(condition):
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("it does not come")
        time.sleep(0.02)


def statements():
    return re.findall(r"LOG:  (?:statement|execute [^:]*): (.*)", LOG.read_text(encoding="utf-8", errors="replace"))


def nothing_is_written():
    psql("ALTER SYSTEM SET log_statement = 'all'; ")
    psql("SELECT pg_reload_conf()")
    until(lambda: psql("SHOW log_statement") == "all")
    before, xid = len(statements()), int(psql("SELECT pg_current_xact_id()"))
    ask("all is well")
    after, again = statements()[before:], int(psql("SELECT pg_current_xact_id()"))
    ours = [text for text in after if "pg_current_xact_id" not in text]
    words = sorted({text.split()[0].rstrip(";").upper() for text in ours})
    print("statements on the target begin with:", *words)
    print("transactions that wrote:", again - xid - 1)
    print("every BEGIN is read only:", all("READ ONLY" in text for text in ours if text.startswith("BEGIN")))
    psql("ALTER SYSTEM RESET log_statement")
    psql("SELECT pg_reload_conf()")


def hostile_queries():
    psql("CREATE FUNCTION empty_it() RETURNS void LANGUAGE sql AS 'DELETE FROM orders'")
    before = psql("SELECT count(*), max(id) FROM orders"), psql("SELECT last_value FROM orders_id_seq")
    ask("queries that would write", suite="hostile.yaml")
    after = psql("SELECT count(*), max(id) FROM orders"), psql("SELECT last_value FROM orders_id_seq")
    print("rows and numbers are what they were:", before == after)
    psql("DROP FUNCTION empty_it()")


def sessions_and_objects():
    old = Session("BEGIN; SELECT 1")
    waiting = Session("BEGIN; LOCK TABLE orders IN ACCESS SHARE MODE")
    holder = Session("SELECT pg_advisory_lock(72707369); BEGIN; LOCK TABLE orders IN SHARE MODE")
    waiting.send("LOCK TABLE orders IN ROW EXCLUSIVE MODE")
    until(lambda: psql("SELECT count(*) FROM pg_locks WHERE NOT granted") == "1")
    ask("sessions of others", suite="sessions.yaml")
    holder.send("COMMIT")
    for session in (old, waiting, holder):
        session.end()
    until(lambda: psql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'shop'") == "0")
    psql("ALTER TABLE orders ADD CONSTRAINT noted CHECK (note <> '') NOT VALID; CREATE INDEX by_note ON orders (note);"
         "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'by_note'::regclass; SELECT setval('orders_id_seq', 2040109465)")
    ask("objects", "healthy", "nothing has drifted")
    psql("ALTER TABLE orders DROP CONSTRAINT noted; DROP INDEX by_note; SELECT setval('orders_id_seq', 1000)")
    psql("ALTER TABLE orders RENAME status TO state")
    ask("another column", "nothing has drifted", "the schema is the expected one")
    psql("ALTER TABLE orders RENAME state TO status")
    psql("CREATE VIEW \"schema_migrations_old\" AS SELECT 1; UPDATE schema_migrations SET dirty = true")
    ask("a history that failed", "pending")
    psql("DROP VIEW schema_migrations_old; UPDATE schema_migrations SET dirty = false")
    ask("after the release", phase="post")


def role_that_may_only_connect():
    psql("CREATE ROLE guest LOGIN")
    other = Session("BEGIN; SELECT 1")
    ask("a role that may only connect", url=URL.replace("postgres@", "guest@"))
    other.end()
    psql("DROP ROLE guest")


def backups():
    dump("-Fc")
    whole = pathlib.Path("a.dump").read_bytes()
    pathlib.Path("a.dump").write_bytes(whole[: len(whole) // 2])
    ask("a dump that was cut in half", "backup", suite="only_backup.yaml")
    pathlib.Path("a.dump").write_bytes(b"")
    ask("an empty file", "backup", suite="only_backup.yaml")
    pathlib.Path("a.dump").write_bytes(whole)
    os.utime("a.dump", (time.time() - 172800, time.time() - 172800))
    ask("a dump from two days ago", "backup", suite="only_backup.yaml")
    psql("CREATE DATABASE another")
    subprocess.run(["pg_dump", "-Fc", "-f", "a.dump", URL.replace(DATABASE, "another")], check=True)
    ask("a dump of another database", "backup", suite="only_backup.yaml")
    psql("DROP DATABASE another")
    dump()
    text = pathlib.Path("a.dump").read_text(encoding="utf-8")
    pathlib.Path("a.dump").write_text(text[: len(text) // 2], encoding="utf-8")
    ask("SQL that was cut in half", "backup", suite="only_backup.yaml")
    pathlib.Path("a.dump").write_text(text.replace("CREATE TABLE public.orders", "CREATE TABLE nowhere.orders", 1), encoding="utf-8")
    ask("a dump that restores with an error", "backup", suite="only_backup.yaml")
    pathlib.Path("a.dump").write_text(text, encoding="utf-8")
    ask("SQL that is whole", "backup", suite="only_backup.yaml")
    psql("INSERT INTO orders (status) SELECT 'late' FROM generate_series(1, 100)")
    ask("rows that came later", "backup", suite="only_backup.yaml")
    psql("DELETE FROM orders WHERE status = 'late'; UPDATE orders SET status = NULL WHERE id <= 7")
    dump("-Fd")
    ask("rows on which what is pending fails", suite="backup.yaml")
    psql("UPDATE orders SET status = 'new'")
    shutil.rmtree("a.dump")
    ask("no backup at all", "backup", suite="only_backup.yaml")


def during():
    """A migration of somebody's own tool, which makes others wait, and one that does not."""
    harm = "psql -qX \"$URL\" -c 'BEGIN; LOCK TABLE orders; SELECT pg_sleep(3); COMMIT' > /dev/null & sleep 1; psql -qX \"$URL\" -c 'SELECT count(*) FROM orders' > /dev/null; wait"
    for title, program in ("a migration that makes others wait", harm), ("one that does not", "sleep 1"), ("one that fails", "exit 7"):
        done = subprocess.run(["pgassay", "checklist", "during.yaml", "--phase", "during", "--target", URL, "--every", "100ms", "--", "sh", "-c", program],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False, env={**os.environ, "URL": URL})
        print(f"\n== {title}: exit {done.returncode}")
        lines = [masked(re.sub(r"^[0-9:]{8}|looked \d+ times|sha256 [0-9a-f]+", "...", line)) for line in done.stdout.splitlines()]
        print("\n".join(line for line in lines if not line.startswith("target")))
        events = json.loads(pathlib.Path("build/reports/evidence.json").read_text(encoding="utf-8"))["timeline"]
        print("in the timeline of the evidence:", len(events) > 0)


def standby():
    """A cluster of its own that never leaves recovery."""
    bindir = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))[-1] if not shutil.which("initdb") \
        else os.path.dirname(shutil.which("initdb"))
    folder = tempfile.mkdtemp(prefix="pgassay-cli-standby-")
    user = pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else None
    if user is not None:
        os.chown(folder, user, -1)
    run = {"user": user, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder} if user is not None else \
        {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    subprocess.run([f"{bindir}/initdb", "-N", "-A", "trust", "-U", "postgres", "-D", f"{folder}/data"], check=True, **run)
    subprocess.run(["touch", f"{folder}/data/standby.signal"], check=True, **run)
    server = subprocess.Popen([f"{bindir}/postgres", "-D", f"{folder}/data", "-k", folder, "-c", "listen_addresses="], **run)
    url = f"postgresql://postgres@/postgres?host={folder}"
    try:
        until(lambda: subprocess.run(["psql", "-qXAt", url, "-c", "SELECT 1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0)
        ask("a standby", suite="standby.yaml", url=url)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)


def main():
    psql("INSERT INTO orders (status) SELECT 'new' FROM generate_series(1, 1000)")
    psql("ANALYZE orders")
    dump("-Fc")
    nothing_is_written()
    hostile_queries()
    sessions_and_objects()
    role_that_may_only_connect()
    backups()
    during()
    standby()
    before = len(statements())
    ask("another database than the suite says", suite="small.yaml")
    print("queries of the suite that were asked:", sum("orders" in text for text in statements()[before:]))
    ask("nobody answers", url="postgresql://postgres@/x?host=/nowhere")


main(*sys.argv[1:])
