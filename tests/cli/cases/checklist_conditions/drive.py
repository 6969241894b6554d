"""Brings a server into each state in which a condition has to be open, and back; says at the end which condition was never open, and which never ticked."""
import json
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, "tests/cli/support")
import cluster
from cluster import Cluster, Session, until

# With limits that a test can pass; the others have those of the program.
LIMITS = {"long_transactions": "300 ms", "prepared_transactions": "300 ms", "idle_in_transaction": "300 ms", "replication_lag": "500 ms", "replication_bytes": "1 MB",
          "transaction_age": "90k", "wal_size": "500 MB", "disk": "{ capacity: 1 TB }", "rights": "{ role: migrator }", "lock_timeout": "{ role: migrator }", "standbys": None}
KNOWN = re.findall(r"^\| `(\w+)` \|[^|]*\|[^|]*\|[^|]*\|$", subprocess.run(["pgassay", "help", "checklist"], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout, re.MULTILINE)
SEEN = {"open": set(), "ticked": set()}


def ask(target, title, **limits):
    wanted = {name: (LIMITS | limits).get(name, "") for name in KNOWN}
    lines = "".join(f"  - item: {name}\n    conditions: {{ {name}: {limit} }}\n" for name, limit in wanted.items() if limit is not None)
    pathlib.Path("suite.yaml").write_text(f"suite: shop\ndatabases: {{ shop: {{ migrations: m, rollback: none }} }}\nchecklist:\n{lines}", encoding="utf-8")
    done = subprocess.run(["pgassay", "checklist", "suite.yaml", "--target", target, "--evidence", "e.json"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          encoding="utf-8", check=False)
    print(f"\n== {title}: exit {done.returncode}")
    if done.returncode not in (0, 1):
        raise SystemExit(done.stdout)
    for item in json.loads(pathlib.Path("e.json").read_text(encoding="utf-8"))["items"]:
        SEEN.get(item["state"], set()).add(item["item"])
        if item["state"] != "ticked":
            print(masked(f"{item['state']:7} {item['line']}"))
            for line in [line for line in sorted(item.get("details", "").splitlines()) if "VACUUM pg_" not in line][:4]:
                print("         ", masked(line))


def masked(text):
    text = re.sub(r"\b\d+(\.\d+)? ?(ms|s|min|h)\b( \d+ (s|min))?", "TIME", text)
    text = re.sub(r"\d+(\.\d+)? (GiB|MiB|KiB|TiB|kB|MB|GB|bytes)", "SIZE", text)
    text = re.sub(r"\bpid \d+", "pid PID", text)
    text = re.sub(r"\d{4}-\d\d-\d\d [\d:.]+\+\d\d", "DATE", text)
    text = re.sub(r"made with .*", "made with X, the library has Y", text)
    text = re.sub(r"(frozen|transactions|multixacts): \d+", r"\1: N", text)
    text = re.sub(r"(oldest table: |prevent wraparound: )[\w.]+", r"\1N", text)
    # Only the disk that is too small has more than all of it taken.
    text = re.sub(r"\b\d{3,}\.\d %", "MORE %", text)
    return re.sub(r"\d+ files", "N files", text)


def sessions(primary):
    sitting = Session(primary, "BEGIN; SELECT 1")
    primary.psql("BEGIN; CREATE TABLE left_over (a int); PREPARE TRANSACTION 'left'")
    until(lambda: primary.psql("SELECT bool_and(now() - x > '400 ms') FROM (SELECT prepared FROM pg_prepared_xacts UNION ALL SELECT state_change FROM pg_stat_activity "
                               "WHERE state LIKE 'idle in%') q(x)") == "t", "age")
    ask(primary.url(), "old transactions")
    primary.psql("ROLLBACK PREPARED 'left'")
    sitting.end()
    primary.psql("BEGIN; LOCK TABLE orders; PREPARE TRANSACTION 'locks'")
    waiting = Session(primary, "SELECT * FROM orders", wait=False)
    until(lambda: primary.psql("SELECT count(*) FROM pg_locks WHERE NOT granted") == "1", "a session that waits")
    ask(primary.url(), "one that waits for a prepared transaction", prepared_transactions="1 h", long_transactions="1 h")
    primary.psql("ROLLBACK PREPARED 'locks'")
    waiting.end()
    holder = Session(primary, "SELECT pg_advisory_lock(4815162342), pg_advisory_lock(3, 7); SET idle_in_transaction_session_timeout = 0; BEGIN; LOCK TABLE orders")
    waiting = Session(primary, "SELECT * FROM orders", wait=False)
    until(lambda: primary.psql("SELECT count(*) FROM pg_locks WHERE NOT granted") == "1", "a session that waits")
    ask(primary.url(), "one that waits, one that migrates", long_transactions="1 h", idle_in_transaction="1 h")
    holder.end()
    waiting.end()
    many = [Session(primary, "SELECT 1") for _ in range(14)]
    # One of them asks: a session that only asks could still be there when the checklist counts.
    until(lambda: many[0].value("SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL AND application_name NOT LIKE 'pgassay%'") == "14", "an end of all others")
    ask(primary.url(), "many sessions", connections="60 %")
    for session in many:
        session.end()
    until(lambda: primary.psql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'shop'") == "0", "an end")


def objects(primary):
    primary.psql("CREATE SCHEMA closed; CREATE TABLE closed.t (a int); INSERT INTO orders SELECT 1; INSERT INTO orders SELECT 2, ''")
    primary.psql("CREATE UNIQUE INDEX CONCURRENTLY once ON orders ((1))", check=False)
    primary.psql("ALTER TABLE orders ADD CONSTRAINT positive CHECK (id > 0) NOT VALID; CREATE SEQUENCE s AS int; SELECT setval('s', 2040109465); ALTER TABLE orders OWNER TO migrator;"
                 "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER seen ON ddl_command_end EXECUTE FUNCTION f();"
                 "ALTER ROLE migrator IN DATABASE shop SET lock_timeout = 0; SELECT pg_create_physical_replication_slot('left_behind', true)")
    ask(primary.url(), "objects, roles, slots")
    primary.psql("DROP SCHEMA closed CASCADE; DROP INDEX once; ALTER TABLE orders DROP CONSTRAINT positive; ALTER SEQUENCE s OWNER TO migrator; SELECT setval('s', 7);"
                 "DROP EVENT TRIGGER seen; DROP FUNCTION f; ALTER ROLE migrator IN DATABASE shop RESET lock_timeout; SELECT pg_drop_replication_slot('left_behind')")
    ask(primary.url(), "room", disk="{ capacity: 10 MB }", wal_size="1 MB")


def by_hand(primary):
    """A sequence that only a default names, a domain, an index on the parent alone, a function and types; then what is like them and well."""
    primary.psql("CREATE SEQUENCE plain; CREATE TABLE hand (id int DEFAULT nextval('plain')); SELECT setval('plain', 2100000000); CREATE DOMAIN amount AS int;"
                 "ALTER DOMAIN amount ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID; CREATE TYPE mood AS ENUM ('good'); CREATE FUNCTION g(int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
                 "CREATE TABLE parts (a int) PARTITION BY RANGE (a); CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (9); CREATE INDEX by_a ON ONLY parts (a);"
                 "ALTER TABLE hand OWNER TO migrator; ALTER TABLE parts OWNER TO migrator; ALTER TABLE part OWNER TO migrator; ALTER SEQUENCE plain OWNER TO migrator")
    ask(primary.url(), "made by hand")
    primary.psql("ALTER TABLE hand ALTER id TYPE bigint; ALTER DOMAIN amount VALIDATE CONSTRAINT positive; ALTER DOMAIN amount OWNER TO migrator; ALTER TYPE mood OWNER TO migrator;"
                 "ALTER FUNCTION g OWNER TO migrator; CREATE INDEX part_by_a ON part (a); ALTER INDEX by_a ATTACH PARTITION part_by_a")
    ask(primary.url(), "made by hand, and well")
    primary.psql("DROP TABLE hand, parts; DROP SEQUENCE plain; DROP DOMAIN amount; DROP TYPE mood; DROP FUNCTION g")


def statistics(primary):
    primary.psql("ANALYZE orders; INSERT INTO orders SELECT i FROM generate_series(1000, 3000) i")
    until(lambda: primary.psql("SELECT n_mod_since_analyze >= 2000 FROM pg_stat_user_tables WHERE relname = 'orders'") == "t", "statistics")
    ask(primary.url(), "rows that came after ANALYZE")
    primary.psql("ANALYZE orders")
    until(lambda: primary.psql("SELECT n_mod_since_analyze < 10 FROM pg_stat_user_tables WHERE relname = 'orders'") == "t", "statistics")


def collations(primary):
    """As after an upgrade of the library: the catalog has the version from before."""
    primary.psql("CREATE COLLATION words FROM \"und-x-icu\"; UPDATE pg_collation SET collversion = '0.1' WHERE collname = 'words'")
    newer = int(primary.psql("SHOW server_version_num")) >= 150000
    if newer:
        primary.psql("UPDATE pg_database SET datcollversion = '0.2' WHERE datname = 'icu'", "postgres")
        ask(primary.url("icu"), "another version of the library, in a database of its own order", rights="{ role: postgres }", lock_timeout="{ role: migrator }")
        primary.psql("ALTER DATABASE icu REFRESH COLLATION VERSION", "postgres")
    ask(primary.url(), "another version of the library")
    primary.psql("ALTER COLLATION words REFRESH VERSION")


def maintenance(primary):
    primary.psql("CREATE TABLE wide (a int); INSERT INTO wide SELECT generate_series(1, 50000); ALTER TABLE wide OWNER TO migrator;"
                 "CREATE FUNCTION slow(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM pg_sleep(CASE $1 WHEN 1 THEN current_setting(''shop.pause'')::float ELSE 0 END); RETURN $1; END'; ALTER FUNCTION slow OWNER TO migrator;"
                 "SET shop.pause = '0'; CREATE INDEX by_slow ON wide (slow(a))")
    primary.psql("SET shop.pause = '0'; ANALYZE wide")
    works = {"VACUUM": "SET vacuum_cost_delay = 100; SET vacuum_cost_limit = 1; VACUUM (FREEZE) wide", "VACUUM FULL": "SET shop.pause = 600; VACUUM FULL wide",
             "CREATE INDEX": "SET shop.pause = 600; CREATE INDEX ON wide (slow(a))"}
    for title, sql in works.items():
        working = Session(primary, sql, wait=False)
        until(lambda: primary.psql("SELECT count(*) FROM (SELECT pid FROM pg_stat_progress_vacuum UNION ALL SELECT pid FROM pg_stat_progress_cluster UNION ALL "
                                   "SELECT pid FROM pg_stat_progress_create_index) q") != "0", title)
        ask(primary.url(), title, long_transactions="1 h", blocked_sessions="9")
        primary.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'shop'")
        working.end()
    until(lambda: primary.psql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'shop'") == "0", "an end")
    primary.psql("DROP TABLE wide")


def wraparound(primary):
    """autovacuum_freeze_max_age is 100,000 here; a session keeps the worker waiting at its table."""
    primary.psql("CREATE PROCEDURE burn() LANGUAGE plpgsql AS 'BEGIN FOR i IN 1..110000 LOOP PERFORM txid_current(); COMMIT; END LOOP; END'; ALTER PROCEDURE burn OWNER TO migrator")
    subprocess.run(["psql", "-qX", primary.url(), "-c", "SET synchronous_commit = off", "-c", "CALL burn()"], check=True)
    ask(primary.url(), "rows that were not frozen for long")
    holder = Session(primary, "BEGIN; LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE")
    primary.psql("ALTER SYSTEM SET autovacuum = on")
    primary.psql("SELECT pg_reload_conf()")
    until(lambda: primary.psql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%public.orders (to prevent wraparound)'") == "1", "autovacuum")
    ask(primary.url(), "an autovacuum that prevents wraparound", long_transactions="1 h", idle_in_transaction="1 h", blocked_sessions="9", maintenance="9", transaction_age="1e9")
    holder.end()
    primary.psql("ALTER SYSTEM SET autovacuum = off")
    primary.psql("SELECT pg_reload_conf()")
    until(lambda: primary.psql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'") == "0", "the end of autovacuum")
    for name in primary.psql("SELECT datname FROM pg_database WHERE datallowconn").splitlines():
        primary.psql("VACUUM (FREEZE)", name)


def replication(primary, folder):
    standby = Cluster(folder, "standby", ["primary_conninfo=host=%s user=postgres application_name=standby1" % primary.folder, "wal_receiver_status_interval=1",
                                          "hot_standby=on", "autovacuum_freeze_max_age=100000", "max_connections=20", "max_prepared_transactions=5"])
    # A copy of a server that is stopped: only three of its programs are there for each version.
    primary.stop()
    shutil.copytree(primary.data, standby.data)
    cluster.give_away(standby.data)
    (standby.data / "standby.signal").touch()
    primary.start()
    standby.start()
    try:
        until(lambda: primary.psql("SELECT state FROM pg_stat_replication") == "streaming", "the standby")
        until(lambda: primary.psql("SELECT replay_lsn >= pg_current_wal_lsn() FROM pg_stat_replication") == "t", "the standby has all")
        ask(primary.url(), "with a standby", replication_lag="60 s", standbys="{ names: standby1 }")
        ask(standby.url(), "the standby itself")
        standby.psql("SELECT pg_wal_replay_pause()")
        primary.psql("CREATE TABLE more AS SELECT repeat('x', 1000) FROM generate_series(1, 5000)")
        primary.psql("ANALYZE more")
        until(lambda: primary.psql("SELECT replay_lag > '1 s' AND pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) > 2e6 FROM pg_stat_replication") == "t", "a standby that waits")
        ask(primary.url(), "a standby that does not replay", rights="{ role: postgres }")
        standby.psql("SELECT pg_wal_replay_resume()")
        standby.stop()
        until(lambda: primary.psql("SELECT count(*) FROM pg_stat_replication") == "0", "the end of the standby")
        ask(primary.url(), "a standby that was cut off, without a slot", standbys="{ names: 'standby1, standby1' }", rights="{ role: postgres }")
    finally:
        standby.stop()


def checksums(primary, folder):
    primary.psql("DROP TABLE IF EXISTS more; CHECKPOINT")
    path = primary.data / primary.psql("SELECT pg_relation_filepath('orders')")
    primary.stop()
    with open(path, "r+b") as file:
        file.seek(8000)
        file.write(b"lost")
    primary.start()
    primary.psql("SELECT count(*) FROM orders", check=False)
    until(lambda: primary.psql("SELECT checksum_failures > 0 FROM pg_stat_database WHERE datname = 'shop'") == "t", "a failure")
    ask(primary.url(), "a page that is broken")
    other = Cluster(folder, "other", ["max_prepared_transactions=5"])
    try:
        prepare(other, *(["--no-data-checksums"] if primary.psql("SELECT current_setting('server_version_num')::int >= 180000") == "t" else []))
        ask(other.url(), "a server without checksums")
    finally:
        other.stop()


def prepare(server, *options):
    server.run("initdb", "-N", "-A", "trust", "-U", "postgres", "--no-locale", "-E", "UTF8", "-D", str(server.data), *options)
    with open(server.data / "postgresql.auto.conf", "a", encoding="utf-8") as file:
        file.write("autovacuum = off\n")
    server.start()
    server.psql("CREATE DATABASE shop", "postgres")
    server.psql("CREATE ROLE migrator LOGIN; ALTER ROLE migrator SET lock_timeout = '5s'; GRANT CREATE ON SCHEMA public TO migrator;"
                "CREATE TABLE orders (id int PRIMARY KEY, status text); ALTER TABLE orders OWNER TO migrator")


def main():
    folder = cluster.folder()
    primary = Cluster(folder, "primary", ["autovacuum_freeze_max_age=100000", "max_connections=20", "max_prepared_transactions=5", "wal_level=replica", "autovacuum_naptime=1s",
                                          "max_worker_processes=4", "max_wal_senders=4", "max_replication_slots=4"])
    try:
        prepare(primary, "-k")
        if int(primary.psql("SHOW server_version_num")) >= 150000:
            primary.psql("CREATE DATABASE icu TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'und'", "postgres")
        ask(primary.url(), "all is well")
        sessions(primary)
        objects(primary)
        by_hand(primary)
        statistics(primary)
        collations(primary)
        maintenance(primary)
        wraparound(primary)
        replication(primary, folder)
        checksums(primary, folder)
        print()
        for state, names in SEEN.items():
            print(f"of {len(KNOWN)} conditions never {state}:", *[name for name in KNOWN if name not in names])
    finally:
        primary.stop()
        shutil.rmtree(folder)


main()
