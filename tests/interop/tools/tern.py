"""tern, by go install."""
from tool import Case, go_install

TITLE = "tern"
FORMAT = "tern"
VERSIONS = ["2.3.4"]
HISTORY = ["public.schema_version"]
IGNORED = []


def install(folder, version):
    go_install(folder, f"github.com/jackc/tern/v2@v{version}")


def call(run, *command):
    lines = ["[database]", f"host = {run.host}", f"port = {run.port}", f"database = {run.database}", f"user = {run.user}"]
    lines += [f"version_table = {run.case.history_table}"] if run.case.history_table else []
    lines += ["[data]"] + [f"{name} = {value}" for name, value in run.case.placeholders.items()]
    config = run.directory.parent / f"{run.case.name}.{run.database}.conf"
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return run.call(run.tool / "tern", *command, "--migrations", run.directory, "--config", config)


def up(run):
    return call(run, "migrate")


def down(run):
    return call(run, "migrate", "--destination", "-1")


def pending(run):
    lines = call(run, "status").output.splitlines()
    status = "".join(line for line in lines if line.startswith(("status:", "version:")))
    return "" if "up to date" in status else status


BORDER = "\n---- create above / drop below ----\n"
NO = "---- tern: disable-tx ----\n"


def one(text, **options):
    """A directory of one file."""
    return {"files": {"1_a.sql": text}, **options}


CASES = [
    Case(
        "ordinary",
        {
            "001_a.sql": "CREATE TABLE a (id int);\nCREATE TABLE a2 (id int);" + BORDER + "DROP TABLE a2;\nDROP TABLE a;\n",
            "002_b.sql": "-- About b.\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$;\n"
            + BORDER + "DROP FUNCTION f()",
            "3_c.sql": "CREATE TABLE c (id int);\r\n---- create above / drop below ----\r\nDROP TABLE c;\r\n",
        },
        downs=3,
    ),
    Case(
        "names",
        {
            "1_a.sql": "CREATE TABLE a (id int)",
            "2_b.sql": "CREATE TABLE b (id int)",
            "10_j.sql": "CREATE TABLE j (LIKE i)",
            **{f"{n}_x.sql": "SELECT 1" for n in range(3, 9)},
            "009_i.sql": "CREATE TABLE i (id int)",
            "11_.sql": "SELECT no",
            "11x_x.sql": "SELECT no",
            "12_x.sql.bak": "SELECT no",
            "readme.sql": "SELECT no",
            "sub/13_x.sql": "SELECT no",
        },
    ),
    Case("gap", {"1_a.sql": "SELECT 1", "3_c.sql": "SELECT 1"}, refused=True),
    Case("duplicate", {"1_a.sql": "SELECT 1", "01_b.sql": "SELECT 1"}, refused=True),
    Case("byte_order_mark", **one("\ufeffSELECT 1", refused=True)),
    Case("no_sql", **one("-- nothing\n\n  -- at all\n" + BORDER + "SELECT 1", refused=True)),
    Case("irreversible", **one("SELECT 1;", downs=1)),
    Case("empty_down", **one("SELECT 1;" + BORDER + "\n", downs=1)),
    Case("comment_as_down", **one("CREATE TABLE a (id int);" + BORDER + "-- nothing\n", downs=1)),
    Case("border_within_a_line", **one("CREATE TABLE a (id int); ---- create above / drop below ---- DROP TABLE a;", downs=1)),
    Case(
        "failure",
        {"1_a.sql": "CREATE TABLE a (id int);", "2_b.sql": "CREATE TABLE b (id int);\nSELECT no;", "3_c.sql": "SELECT 1"},
        fails=True,
    ),
    Case("syntax_error_at_the_end", **one("CREATE TABLE a (id int);\nCOMMIT;\nSELEC;", fails=True)),
    Case("commit", **one("CREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);")),
    Case(
        "no_transaction",
        {
            "1_a.sql": "CREATE TABLE a (id int);" + BORDER + "DROP TABLE a;",
            "2_b.sql": NO + "SET lock_timeout = '1s';\n-- ;\nCREATE INDEX CONCURRENTLY i ON a (id);\n/* ; /* ; */ */\nSELECT ';', E'\\';', $x$;$x$, \";\" FROM (SELECT 1 AS \";\") x"
            + BORDER + NO + "DROP INDEX CONCURRENTLY i",
        },
        downs=2,
    ),
    Case("no_transaction_failure", **one(NO + "CREATE TABLE a (id int);\nSELEC;\nCREATE TABLE b (id int);", fails=True)),
    Case("no_transaction_cuts_atomic_bodies", **one(NO + "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;", fails=True)),
    Case("no_transaction_with_crlf", **one("---- tern: disable-tx ----\r\nCREATE TABLE a (id int);\r\n", stricter=True)),
    Case("concurrently_in_a_transaction", **one("CREATE INDEX CONCURRENTLY i ON pg_class (oid);", fails=True)),
    Case(
        "enum_used_at_once",
        {"1_a.sql": "CREATE TYPE e AS ENUM ('a')", "2_b.sql": "ALTER TYPE e ADD VALUE 'b'; CREATE TABLE t (e e DEFAULT 'b')"},
        fails=True,
    ),
    Case("settings_are_reset", {"1_a.sql": "CREATE SCHEMA app; SET search_path = app;", "2_b.sql": "CREATE TABLE b (id int)"}),
    Case(
        "templates",
        {
            "1_a.sql": "CREATE TABLE {{ .name }} (a text DEFAULT '{{.value}}');\n{{ template \"shared/view.sql\" . }}",
            "shared/view.sql": "CREATE VIEW v AS SELECT * FROM {{.name}};\n",
        },
        placeholders={"name": "t", "value": "it"},
    ),
    Case("gone", {"1_a.sql": "SELECT 1", "2_b.sql": "SELECT 1"}, second={"1_a.sql": "SELECT 1"}, fails=True),
    Case(
        "history_table",
        {"1_a.sql": "CREATE TABLE a (id int)" + BORDER + "DROP TABLE a"},
        before="CREATE SCHEMA app;",
        history_table="app.done",
        history=["app.done"],
        downs=1,
    ),
]
