"""dbmate, by npm."""
from tool import Case, npm_install

TITLE = "dbmate"
FORMAT = "dbmate"
VERSIONS = ["2.36.0"]
HISTORY = ["public.schema_migrations"]
IGNORED = []


def install(folder, version):
    npm_install(folder, f"dbmate@{version}")


def call(run, *command):
    arguments = ["--no-dump-schema", "--url", run.url, "--migrations-dir", run.directory]
    if run.case.history_table:
        arguments += ["--migrations-table", run.case.history_table]
    return run.call(run.tool / "node_modules" / ".bin" / "dbmate", *arguments, *command)


def up(run):
    return call(run, "migrate", *(["--strict"] if run.case.settings.get("strict") == "true" else []))


def down(run):
    return call(run, "rollback")


def pending(run):
    lines = call(run, "status").output.splitlines()
    return "\n".join(line for line in lines if line.startswith("[ ]"))


DOWN = "-- migrate:down\n"

CASES = [
    Case(
        "ordinary",
        {
            "20200101000000_a.sql": "-- migrate:up\nCREATE TABLE a (id int);\nCREATE TABLE a2 (id int);\n"
            "-- migrate:down\nDROP TABLE a2;\nDROP TABLE a;\n",
            "20200102000000_b.sql": "-- About b.\n\n-- migrate:up\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN 1; END; $$;\n-- migrate:down\nDROP FUNCTION f();\n",
            "20200103000000.sql": "--migrate:up\r\nCREATE TABLE c (id int);\r\n--migrate:down\r\nDROP TABLE c;\r\n",
        },
        downs=3,
    ),
    Case(
        "names",
        {
            "10_b.sql": "-- migrate:up\nCREATE TABLE ten (id int);\n" + DOWN,
            "1_a.sql": "-- migrate:up\nCREATE TABLE a (LIKE ten);\n" + DOWN,
            "9_c.sql": "-- migrate:up\nCREATE TABLE c (LIKE a);\n" + DOWN,
            "007_x.sql": "-- migrate:up\nCREATE TABLE x0 (id int);\n" + DOWN,
            "7_x.sql": "-- migrate:up\nCREATE TABLE x (LIKE x0);\n" + DOWN,
            "x_1.sql": "SELECT no;",
            "11_y.sql.bak": "SELECT no;",
            "12_y.SQL": "SELECT no;",
            "sub/13_y.sql": "SELECT no;",
        },
        downs=2,
    ),
    Case("byte_order_mark", {"1_a.sql": "\ufeff-- migrate:up\nSELECT 1;\n" + DOWN}, refused=True),
    Case("no_up", {"1_a.sql": "SELECT 1;\n"}, refused=True),
    Case("no_down", {"1_a.sql": "-- migrate:up\nSELECT 1;\n"}, refused=True),
    Case("indented", {"1_a.sql": " -- migrate:up\nSELECT 1;\n -- migrate:down\n"}, refused=True),
    Case("text_before", {"1_a.sql": "SELECT 1;\n-- migrate:up\nSELECT 1;\n" + DOWN}, refused=True),
    Case("down_first", {"1_a.sql": "-- migrate:down\n-- migrate:up\nSELECT 1;\n"}, refused=True),
    Case("two_downs", {"1_a.sql": "-- migrate:up\nSELECT 1;\n" + DOWN + DOWN}, refused=True),
    Case("two_sections", {"1_a.sql": 2 * ("-- migrate:up\nSELECT 1;\n" + DOWN)}, refused=True),
    Case(
        "duplicate",
        {"1_a.sql": "-- migrate:up\nSELECT 1;\n" + DOWN, "1_b.sql": "-- migrate:up\nSELECT 1;\n" + DOWN},
        refused=True,
    ),
    Case("no_statement", {"1_a.sql": "-- migrate:up\n-- nothing yet\n\n" + DOWN}, downs=1),
    Case(
        "failure",
        {
            "1_a.sql": "-- migrate:up\nCREATE TABLE a (id int);\n" + DOWN,
            "2_b.sql": "-- migrate:up\nCREATE TABLE b (id int);\nSELECT no;\n" + DOWN,
            "3_c.sql": "-- migrate:up\nCREATE TABLE c (id int);\n" + DOWN,
        },
        fails=True,
    ),
    Case(
        "syntax_error_at_the_end",
        {"1_a.sql": "-- migrate:up transaction:false\nCREATE TABLE b (id int);\nCOMMIT;\nSELEC;\n" + DOWN},
        fails=True,
    ),
    Case("commit", {"1_a.sql": "-- migrate:up\nCREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);\n" + DOWN}, fails=True),
    Case(
        "commit_and_begin",
        {"1_a.sql": "-- migrate:up\nCREATE TABLE a (id int);\nCOMMIT;\nBEGIN;\nCREATE TABLE b (id int);\n" + DOWN},
    ),
    Case(
        "commit_and_failure",
        {"1_a.sql": "-- migrate:up\nCREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);\nSELECT no;" + "\n" + DOWN},
        fails=True,
    ),
    Case(
        "no_transaction",
        {
            "1_a.sql": "-- migrate:up\nCREATE TABLE a (id int);\n" + DOWN,
            "2_b.sql": "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON a (id);\n"
            "-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY i;\n",
        },
        downs=2,
    ),
    Case(
        "concurrently_in_a_transaction",
        {"1_a.sql": "-- migrate:up\nCREATE INDEX CONCURRENTLY i ON pg_class (oid);\n" + DOWN},
        fails=True,
    ),
    Case(
        "concurrently_not_alone",
        {
            "1_a.sql": "-- migrate:up\nCREATE TABLE a (id int);\n" + DOWN,
            "2_b.sql": "-- migrate:up transaction:false\nSET lock_timeout = '1s';\n"
            "CREATE INDEX CONCURRENTLY i ON a (id);\n" + DOWN,
        },
        fails=True,
    ),
    Case(
        "no_transaction_failure",
        {"1_a.sql": "-- migrate:up transaction:false\nCREATE TABLE a (id int);\nSELECT no;\n" + DOWN},
        fails=True,
    ),
    Case(
        "no_transaction_commits",
        {"1_a.sql": "-- migrate:up transaction:false\nBEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\nSELECT no;\n" + DOWN},
        fails=True,
    ),
    Case(
        "enum",
        {
            "1_a.sql": "-- migrate:up\nCREATE TYPE e AS ENUM ('a');\n" + DOWN,
            "2_b.sql": "-- migrate:up\nALTER TYPE e ADD VALUE 'b';\n" + DOWN,
            "3_c.sql": "-- migrate:up\nCREATE TABLE t (e e DEFAULT 'b');\n" + DOWN,
        },
    ),
    Case(
        "enum_used_at_once",
        {
            "1_a.sql": "-- migrate:up\nCREATE TYPE e AS ENUM ('a');\n" + DOWN,
            "2_b.sql": "-- migrate:up\nALTER TYPE e ADD VALUE 'b';\nCREATE TABLE t (e e DEFAULT 'b');\n" + DOWN,
        },
        fails=True,
    ),
    Case(
        "late",
        {"1_a.sql": "-- migrate:up\nCREATE TABLE a (id int);\n" + DOWN, "3_c.sql": "-- migrate:up\n" + DOWN},
        second={
            "1_a.sql": "-- migrate:up\nSELECT edited;\n" + DOWN,
            "2_b.sql": "-- migrate:up\nCREATE TABLE b (id int);\n" + DOWN,
            "3_c.sql": "-- migrate:up\n" + DOWN,
        },
    ),
    Case(
        "late_and_strict",
        {"1_a.sql": "-- migrate:up\nCREATE TABLE a (id int);\n" + DOWN, "3_c.sql": "-- migrate:up\n" + DOWN},
        second={
            "1_a.sql": "-- migrate:up\n" + DOWN,
            "2_b.sql": "-- migrate:up\nCREATE TABLE b (id int);\n" + DOWN,
            "3_c.sql": "-- migrate:up\n" + DOWN,
            "4_d.sql": "-- migrate:up\n" + DOWN,
        },
        settings={"strict": "true"},
        fails=True,
    ),
    Case(
        "search_path",
        {
            "1_a.sql": "-- migrate:up\nCREATE SCHEMA app; SET search_path = app;\n" + DOWN,
            "2_b.sql": "-- migrate:up\nCREATE TABLE b (id int);\n" + DOWN,
        },
        fails=True,
    ),
    Case(
        "settings_stay",
        {
            "1_a.sql": "-- migrate:up\nCREATE SCHEMA app; SET search_path = public, app; SET check_function_bodies = off;\n"
            + DOWN,
            "2_b.sql": "-- migrate:up\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT no';\n" + DOWN,
        },
    ),
    Case(
        "history_table",
        {"1_a.sql": "-- migrate:up\nCREATE TABLE a (id int);\n" + DOWN},
        history_table="app.done",
        history=["app.done"],
        downs=1,
    ),
]
