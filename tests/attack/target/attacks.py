#!/usr/bin/env python3
"""Attacks on what pgassay does to databases that are not its own.

usage: attacks.py PGASSAY NAME
       attacks.py PGASSAY --registered NAME...

The second form fails when the names are not those of all attacks. Each attack has servers of its own, and fails with what went wrong.
"""
import pathlib
import sys
import time

from support import SUITE, Program, Proxy, Server, check

# --- Waiting ------------------------------------------------------------------------------------


def lock_limits(program):
    """Every statement sent to a target has a limit, reads of the catalogs included, and a reset that gives up has dropped nothing."""
    locks = [
        ("ALTER TABLE shop.orders ADD COLUMN held int", "lock"),
        ("LOCK pg_catalog.pg_trigger", "lock"),  # read by us, and by no backend that starts
        ("LOCK pg_catalog.pg_class", None),  # not even a connection is to be had
        ("LOCK schema_migrations", "lock"),
    ]
    with Server() as server:
        server.create("shop_dev")
        server.psql("shop_dev", "CREATE INDEX ON shop.orders (id) WHERE id > 0")  # to read its condition is to open the table
        url = server.url("shop_dev")
        short = ["--lock-timeout", "1", "--connect-timeout", "2"]
        for sql, word in locks:
            holder = server.hold("shop_dev", sql)
            for command in (["drift", "suite.yaml", "--target", url], ["diff", "snapshot.yaml", url], ["snapshot", "--target", url],
                            ["reset", "suite.yaml", "--target", url, "--yes"]):
                if command[0] in ("diff", "snapshot") and "schema_migrations" in sql:
                    continue  # these read no rows
                output = program.expect_within(40, 3, *command, *short)
                check(word is None or word in output, sql, "is not explained by", command[0] + ":", output)
            holder.kill()
            holder.wait()
            time.sleep(0.5)
            check(server.rows("shop_dev") == 3, "a reset that was refused has dropped something:", sql)


def frozen_server(program):
    """A server that stops answering in the middle is given up, and the first Ctrl-C works meanwhile."""
    with Server() as server:
        server.create("shop_dev")
        holder = server.hold("shop_dev", "LOCK schema_migrations")
        for interrupted in (False, True):
            proxy = Proxy(server.port)
            process = program.start("drift", "suite.yaml", "--target", proxy.url("shop_dev"), "--lock-timeout", "60", "--statement-timeout",
                                    "60" if interrupted else "3")
            wait_for_session(server, "pgassay")
            proxy.stopped = True
            if interrupted:
                program.interrupt(25, process, after=0)
            else:
                code, output = program.finish(process)
                check(code == 3, "a frozen server gives", code, output)
                check("gave no answer" in output, output)
            proxy.close()
        holder.kill()


def wait_for_session(server, name):
    for _ in range(300):
        if server.psql("postgres", f"SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                       f" WHERE NOT l.granted AND a.application_name = '{name}'").strip() != "0":
            return
        time.sleep(0.1)
    raise AssertionError(f"no session \"{name}\" ever waits")


def silent_listener(program):
    """Connecting to a port that accepts and says nothing ends by itself, and with the first Ctrl-C."""
    proxy = Proxy(None)
    url = proxy.url("shop_dev")
    commands = [
        ["drift", "suite.yaml", "--target", url],
        ["reset", "suite.yaml", "--target", url, "--yes"],
        ["diff", "snapshot.yaml", url],
        ["snapshot", "--target", url],
        ["run", "suite.yaml", "--server", url],
        ["bless", "suite.yaml", "--server", url],
        ["init", "shop", "--force", "--server", url],
    ]
    for command in commands:
        output = program.expect_within(30, 3, *command, "--connect-timeout", "1")
        check("gave no answer for 1 s" in output, output)
        program.interrupt(10, program.start(*command))
    program.expect_within(30, 3, "snapshot", "--target", url + " connect_timeout=1")
    for command in commands:
        program.expect(2, *command, "--connect-timeout", "0")
    proxy.close()


# --- Which database -------------------------------------------------------------------------------


def other_servers(program):
    """All sessions of a reset are on one database, or nothing is done: addresses that lead to different servers, and a failover between
    two connections."""
    with Server() as first, Server() as second:
        for server in (first, second):
            server.create("shop_dev")
        second.psql("postgres", "ALTER DATABASE shop_dev SET pgassay.resettable = 'off'")
        before = second.psql("shop_dev", "SELECT count(*) FROM pg_class")
        one = Proxy(first.port, limit=1)
        urls = [
            Proxy(first.port, second.port).url("shop_dev"),
            f"host=127.0.0.1,127.0.0.1 port={one.port},{second.port} user=interop dbname=shop_dev",
        ]
        for url in urls:
            output = program.expect(3, "reset", "suite.yaml", "--target", url, "--yes")
            check("different databases" in output or "could not connect" in output, output)
            check(first.rows("shop_dev") == 3, "the first server's database was emptied")
            check(second.rows("shop_dev") == 3, "the second server's database was emptied")
            check(second.psql("shop_dev", "SELECT count(*) FROM pg_class") == before, "something was written on the second server")
        # The same server by two names is one server, and a role that may not ask for the number of the cluster can do a reset.
        first.psql("postgres", "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC; CREATE ROLE plain LOGIN;"
                   " CREATE DATABASE plain_dev OWNER plain")
        program.expect(0, "reset", "suite.yaml", "--yes", "--target",
                       f"host=127.0.0.1,localhost port={first.port},{first.port} user=plain dbname=plain_dev")
        program.expect(0, "reset", "suite.yaml", "--target", Proxy(first.port).url("shop_dev"), "--yes")
        check(first.rows("shop_dev") == 0, "a reset through a forwarded port did nothing")


# --- Databases that may be emptied --------------------------------------------------------------------


def guards_of_reset(program):
    """No way of naming a database, or of writing its mark, leads around the rules."""
    with Server() as server:
        names = ["proddb", "liveshop", "stagingdb", "main", "customers", "ACMElive2"]
        for name in [*names, "shop", "big_dev", "marked_prod", "customers_dev"]:
            server.create(name)
        host = {"PGHOST": str(server.folder / "socket"), "PGPORT": str(server.port), "PGUSER": "interop", "PGDATABASE": "shop"}
        for empty in ("", "  ", "host=" + host["PGHOST"], "postgresql://"):
            program.expect(2, "reset", "suite.yaml", "--target", empty, "--yes", **host)
        program.write("service.conf", f"[prod]\nhost={host['PGHOST']}\nport={server.port}\nuser=interop\ndbname=shop\n")
        service = {"PGSERVICEFILE": str(program.folder / "service.conf")}
        output = program.expect(2, "reset", "suite.yaml", "--target", "dbname=shop", "--yes", PGSERVICE="prod", **service)
        check('"prod"' in output, output)
        program.expect(2, "reset", "suite.yaml", "--target", "service=prod", "--yes", **service)
        for setting in ('"PGASSAY.resettable"', '"pgassay.RESETTABLE"'):
            server.psql("postgres", f"ALTER DATABASE shop SET {setting} = 'off'")
            output = program.expect(2, "reset", "suite.yaml", "--target", server.url("shop"), "--yes")
            check("marked" in output, output)
            server.psql("postgres", f"ALTER DATABASE shop RESET {setting}")
        for name in names:
            output = program.expect(2, "reset", "suite.yaml", "--target", server.url(name), "--yes")
            check("--yes-drop" in output, output)
            program.expect(2, "reset", "suite.yaml", "--target", server.url(name), "--yes-drop", "shop")
        server.psql("big_dev", "INSERT INTO shop.orders SELECT generate_series(10, 100010)")
        output = program.expect(2, "reset", "suite.yaml", "--target", server.url("big_dev"), "--yes")
        check("more than 100000 rows" in output, output)
        for name in [*names, "shop", "marked_prod"]:
            check(server.rows(name) == 3, name, "was emptied")
        # A database that is confirmed, marked or plainly for development is reset.
        program.expect(0, "reset", "suite.yaml", "--target", server.url("big_dev"), "--yes-drop", "big_dev")
        program.expect(0, "reset", "suite.yaml", "--target", server.url("proddb"), "--yes-drop", "proddb")
        server.psql("postgres", "ALTER DATABASE marked_prod SET \"PGASSAY.Resettable\" = 'on'")
        for name in ("marked_prod", "customers_dev", "shop"):
            program.expect(0, "reset", "suite.yaml", "--target", server.url(name), "--yes")


# --- Code of the target ---------------------------------------------------------------------------

EVIL = """
CREATE FUNCTION evil_deed() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('application_name') = 'pgassay' THEN COPY (SELECT 1) TO '{file}'; END IF;
    RETURN '1_orders';
END $$;
CREATE FUNCTION evil() RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN evil_deed(); END $$;
CREATE FUNCTION evil(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN evil_deed(); END $$;
"""
TRAPS = {
    "a view": "ALTER TABLE schema_migrations RENAME TO old; CREATE VIEW schema_migrations AS SELECT evil() AS version",
    "a materialized view": "DROP TABLE schema_migrations; CREATE MATERIALIZED VIEW schema_migrations AS SELECT evil() AS version",
    "an index": "CREATE INDEX ON schema_migrations ((evil()))",
    "a partial index": "CREATE INDEX ON schema_migrations (version) WHERE evil() = 'x'",
    "statistics": "CREATE STATISTICS s ON (evil()), version FROM schema_migrations",
    "a cast": "CREATE TYPE t AS (x text); CREATE FUNCTION c(t) RETURNS text LANGUAGE sql AS 'SELECT evil()';"
    " CREATE CAST (t AS text) WITH FUNCTION c(t) AS IMPLICIT; DROP TABLE schema_migrations;"
    " CREATE TABLE schema_migrations (version t); INSERT INTO schema_migrations VALUES (ROW('x'))",
    "a partition": "DROP TABLE schema_migrations; CREATE TABLE schema_migrations (version text) PARTITION BY LIST (evil(version))",
    "a policy": "ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY; ALTER TABLE schema_migrations FORCE ROW LEVEL SECURITY;"
    " CREATE POLICY p ON schema_migrations USING (evil() IS NOT NULL)",
}


def code_of_the_target(program):
    """Nothing that stands in the place of the history table, or hangs on it, runs when a superuser compares the database."""
    with Server() as server:
        for number, (what, sql) in enumerate(TRAPS.items()):
            database = f"shop_{number}_dev"
            proof = server.folder / "data" / f"evil_{number}"
            server.create(database)
            server.psql(database, EVIL.format(file=proof) + sql)
            server.psql(database, "SET application_name = 'pgassay'; SELECT evil()")
            check(proof.exists(), "the trap does not work:", what)
            proof.unlink()
            server.psql("postgres", f"CREATE ROLE reader_{number} LOGIN")
            server.psql(database, f"GRANT SELECT ON schema_migrations TO reader_{number}")
            for user in ("interop", f"reader_{number}"):
                program.expect(1, "drift", "--quiet", "suite.yaml", "--target", server.url(database).replace("user=interop", f"user={user}"))
                check(not proof.exists(), "drift has run code of the database:", what)
            program.expect(2, "reset", "suite.yaml", "--target", server.url(database))
            check(not proof.exists(), "the plan of a reset has run code of the database:", what)
        # Indexes and row security of PostgreSQL's own make are no reason not to read.
        server.create("plain_dev")
        server.psql("plain_dev", "CREATE INDEX ON schema_migrations (lower(version)) WHERE version <> 'x';"
                    " ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY")
        output = program.expect(0, "drift", "suite.yaml", "--target", server.url("plain_dev"))
        check("history    2 passed" in output and "not read" not in output, output)


ODD = {
    "a newline": "a\nDROP TABLE public.users CASCADE;\n--",
    "a carriage return": "b\rDROP TABLE public.users CASCADE;\r--",
    "parentheses": "c(d)",
    "a quote": 'e"; DROP TABLE public.users CASCADE; --',
    "an empty list": "f()",
    "a word of SQL": "order",
    "a dollar": "$$; DROP TABLE public.users CASCADE; --",
}


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def ddl_injection(program):
    """What diff says in the words of SQL is SQL: run, it drops nothing else, and leads to the other side."""
    with Server() as server:
        for database in ("old", "new"):
            server.psql("postgres", f"CREATE DATABASE {database}")
            server.psql(database, "CREATE TABLE users (id int);" + "".join(f"CREATE SCHEMA {quoted(name)};" for name in ODD.values()))
        for name in ODD.values():
            q = quoted(name)
            server.psql("new", f"""
                CREATE TABLE {q}.{q} ({q} int DEFAULT 1, other text, CONSTRAINT {q} CHECK ({q} > 0));
                CREATE INDEX {quoted(name + 'i')} ON {q}.{q} ({q});
                CREATE VIEW {q}.{quoted(name + 'v')} AS SELECT {q} FROM {q}.{q};
                CREATE TYPE {q}.{quoted(name + 'e')} AS ENUM ('it''s', 'so');
                CREATE SEQUENCE {q}.{quoted(name + 's')};
                CREATE FUNCTION {q}.{quoted(name + 'fn')}({q} int) RETURNS text LANGUAGE sql AS $body$ SELECT '$$; DROP TABLE users; --' $body$;
                CREATE POLICY {q} ON {q}.{q} USING ({q} > 0);
                COMMENT ON TABLE {q}.{q} IS 'x'';
                    DROP TABLE public.users; --';
                COMMENT ON COLUMN {q}.{q}.{q} IS 'of the column';
                CREATE DOMAIN {q}.{quoted(name + 'd')} AS int;
                """)
        for source, target in (("old", "new"), ("new", "old")):
            server.psql("postgres", "DROP DATABASE IF EXISTS copy")
            server.psql("postgres", f"CREATE DATABASE copy TEMPLATE {source}")
            ddl = program.expect(1, "diff", "--format", "ddl", server.url(source), server.url(target))
            # Line by line, as psql reads it: dependent statements may fail, and comments must not run.
            (program.folder / "ddl.sql").write_bytes(ddl.encode())
            server.client("psql", "copy", "-Xq", "-f", program.folder / "ddl.sql")
            check(server.psql("copy", "SELECT to_regclass('public.users')").strip() == "users", "users is gone:\n" + ddl)
            if source == "old":
                rest = program.run("diff", server.url("copy"), server.url("new"))[1]
                lines = [line for line in rest.splitlines() if line[:2] in ("- ", "+ ", "~ ") and not line.startswith("+ domain")]
                check(not lines, "the DDL does not lead there:\n" + rest + ddl)
        shown = program.expect(1, "diff", server.url("old"), server.url("new"))
        check("\nDROP" not in shown and "\r" not in shown, "a name writes lines of its own:\n" + shown)


# --- Exit codes and secrets -----------------------------------------------------------------------


def exit_codes(program):
    """One migration that fails has one exit code, whichever command meets it; so has each other way to end."""
    program.write("failing/1_a.sql", "CREATE TABLE a (b nowhere);")
    program.write("failing.yaml", SUITE.format("failing"))
    with Server() as server:
        for name in ("shop_dev", "other_dev", "bare_dev"):
            server.create(name)
        server.psql("bare_dev", "DROP SCHEMA shop CASCADE")
        url = server.url("shop_dev")
        failing = [
            ["run", "failing.yaml"], ["diff", "failing.yaml", "snapshot.yaml"], ["drift", "failing.yaml", "--target", url],
            ["snapshot", "failing.yaml"], ["bless", "failing.yaml"], ["init", "failing", "--force", "--name", "new"],
            ["reset", "failing.yaml", "--target", server.url("other_dev"), "--yes"],
        ]
        program.write("fixture.yaml", "tables: { public.a: {} }\n")
        program.write("failing.yaml", SUITE.format("failing") + "    expect: fixture.yaml\n")
        for command in failing:
            program.expect(1, *command)
        program.expect(0, "drift", "suite.yaml", "--target", url)
        program.expect(1, "drift", "suite.yaml", "--target", server.url("bare_dev"))
        program.expect(1, "diff", "suite.yaml", server.url("bare_dev"))
        nowhere = ["host=127.0.0.1 port=1 dbname=x", "host=/nowhere dbname=x"]
        for target in nowhere:
            for command in (["drift", "suite.yaml", "--target"], ["reset", "suite.yaml", "--yes", "--target"], ["snapshot", "--target"],
                            ["run", "suite.yaml", "--server"], ["diff", "suite.yaml"], ["bless", "suite.yaml", "--server"],
                            ["init", "shop", "--force", "--server"]):
                program.expect(3, *command, target)
        missing = ["run", "drift", "snapshot", "bless", "reset"]
        for command in missing:
            program.expect(2, command, "nowhere.yaml", *(["--target", url] if command in ("drift", "reset") else []))
        program.expect(2, "diff", "nowhere.yaml", "suite.yaml")
        program.expect(2, "init", "nowhere")


CANARY = "Kanarie99"
STRINGS = [
    "postgrsql://bob:{}@127.0.0.1:1/shop", "postgres:/bob:{}@127.0.0.1/shop", "bob:{}@127.0.0.1/shop", "PostgreSQL://bob:{}@127.0.0.1:1/shop",
    "postgresql://bob:{}@127.0.0.1:1/shop", "postgresql://bob:{}/x@127.0.0.1:1/shop", "postgresql://bob:x{}@y@127.0.0.1:1/shop",
    "postgresql://bob:x/{}@127.0.0.1:1/shop", "postgresql://bob:x@{}@127.0.0.1:1/shop", "postgresql://bob:12/{}@127.0.0.1/shop",
    "postgresql://bob:x y {} z@127.0.0.1:1/shop", "postgresql://127.0.0.1:1/shop?user=bob&password={}",
    "postgresql://bob%3A{}@127.0.0.1:1/shop", "postgresql://bob:{}@127.0.0.1:port/shop", "postgresql://bob:{}@[::1/shop",
    "host=127.0.0.1 port=1 password={}", "host=127.0.0.1 port=1 password = 'x y {}'", "host=127.0.0.1 port=1 pasword={} user=bob",
    "host=127.0.0.1 port=1 password='{}", "host=127.0.0.1 port=x password={}", "host=127.0.0.1 port=1 sslpassword={} sslmode=nonsense",
    "jdbc:postgresql://127.0.0.1:1/shop?user=bob&password={}", "mysql://bob:{}@127.0.0.1/shop", "postgresql://bob:{}",
]


def secrets(program):
    """A password is never shown, however wrongly the string around it is written, and whoever speaks of it."""
    for string in STRINGS:
        text = string.format(CANARY)
        for command in (["drift", "suite.yaml", "--target", text], ["drift", text, "--target", text], ["reset", "suite.yaml", "--target", text],
                        ["diff", text, "snapshot.yaml"], ["diff", "snapshot.yaml", text], ["snapshot", "--target", text], ["snapshot", text],
                        ["run", text], ["run", "suite.yaml", "--server", text], ["run", "suite.yaml", "--report", text], ["bless", text],
                        ["init", text], ["init", "shop", "--force", "--server", text], [text], ["run", "--" + text], ["schema", text],
                        ["snapshot", "suite.yaml", text]):
            code, output = program.run(*command, PGCONNECT_TIMEOUT="2")
            check(code in (1, 2, 3), command, "ended with", code, output)
            check(CANARY not in output, command, "shows the password:\n" + output)
    with Server() as server:
        server.create("shop_dev")
        url = server.url("shop_dev", password=CANARY)
        for command in (["drift", "suite.yaml", "--target", url, "--report", "junit=out.xml"], ["diff", "suite.yaml", url], ["run", "--keep", "suite.yaml",
                        "--server", url, "--report", "json=out.json"], ["reset", "suite.yaml", "--target", url, "--yes"]):
            program.run(*command)
        program.run("drift", "suite.yaml", "--target", server.url("gone"), PGPASSWORD=CANARY)
    for path in program.folder.glob("**/*"):
        check(not path.is_file() or CANARY not in path.read_text(encoding="utf-8", errors="replace"), path, "holds the password")
    check(CANARY not in program.output, "the password was shown")


# --- The environment ------------------------------------------------------------------------------


def clean_environment(program):
    """PG* variables count for the database that is named, also after a scratch server was started, and never for a scratch server."""
    with Server() as server:
        server.create("shop_dev")
        where = {"PGHOST": str(server.folder / "socket"), "PGPORT": str(server.port), "PGUSER": "interop"}
        program.expect(0, "drift", "suite.yaml", "--target", "dbname=shop_dev", **where)
        program.expect(0, "drift", "suite.yaml", "--target", "postgresql:///shop_dev", **where)
        output = program.expect(3, "drift", "suite.yaml", "--target", "dbname=shop_dev", PGSSLMODE="require", PGHOST="127.0.0.1",
                                PGPORT=str(server.port), PGUSER="interop")
        check("SSL" in output, "PGSSLMODE was lost:", output)
        program.write("service.conf", f"[shop]\nhost={where['PGHOST']}\nport={server.port}\nuser=interop\ndbname=shop_dev\n")
        service = {"PGSERVICEFILE": str(program.folder / "service.conf")}
        # A service goes before the environment, and the string before the service.
        wrong = {"PGHOST": "/nowhere", "PGPORT": "1", "PGUSER": "nobody", "PGDATABASE": "nothing"}
        program.expect(0, "drift", "suite.yaml", "--target", "service=shop", **service, **wrong)
        program.expect(0, "drift", "suite.yaml", "--target", "dbname=shop_dev", PGSERVICE="shop", **service, **wrong)
        program.expect(3, "drift", "suite.yaml", "--target", "service=shop dbname=gone", **service)
        output = program.expect(3, "drift", "suite.yaml", "--target", "dbname=shop_dev", PGSERVICE="missing", **where, **service)
        check("missing" in output, output)
        program.write("suite.yaml", SUITE.format("shop") + "checks:\n  - query: { name: the time zone, sql: SHOW timezone, rows: [[Etc/UTC]] }\n")
        zone = program.run("run", "suite.yaml")
        dirty = {**wrong, "PGSERVICE": "missing", "PGTZ": "Asia/Tokyo", "PGOPTIONS": "-c wrong=1", "PGHOSTADDR": "192.0.2.1", "PGDATESTYLE": "German"}
        found = program.run("run", "suite.yaml", **dirty)
        check(zone[0] == found[0], "the shell's variables reach a scratch server:\n" + zone[1] + found[1])


def connection_strings(program):
    """What no connection can be made of is a mistake in the command line, and nothing else is tried in its place."""
    for text in ("", " ", "\n"):
        for command in (["drift", "suite.yaml", "--target", text], ["snapshot", "--target", text], ["run", "suite.yaml", "--server", text],
                        ["bless", "suite.yaml", "--server", text], ["init", "shop", "--force", "--server", text],
                        ["reset", "suite.yaml", "--target", text, "--yes"]):
            output = program.expect(2, *command)
            check("is empty" in output, command, output)
    for text in ("postgrsql://localhost/shop", "postgresql://localhost:port/shop", "postgresql://a:b@c@d/e"):
        program.expect(2, "drift", "suite.yaml", "--target", text)
        program.expect(2, "diff", "suite.yaml", text)


ATTACKS = {function.__name__: function for function in (
    clean_environment, code_of_the_target, connection_strings, ddl_injection, exit_codes, frozen_server, guards_of_reset, lock_limits,
    other_servers, secrets, silent_listener)}


def main(program, name, *names):
    if name == "--registered":
        check(sorted(names) == sorted(ATTACKS), "meson.build lists other attacks than attacks.py has")
        return
    ATTACKS[name](Program(pathlib.Path(program)))


if __name__ == "__main__":
    main(*sys.argv[1:])
