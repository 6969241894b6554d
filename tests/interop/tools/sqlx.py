"""sqlx-cli, built by cargo."""
from tool import Case, cargo_install

TITLE = "sqlx"
FORMAT = "sqlx"
VERSIONS = ["0.8.6"]
HISTORY = ["public._sqlx_migrations"]
IGNORED = ["installed_on", "execution_time"]


def install(folder, version):
    cargo_install(folder, f"sqlx-cli@{version}", "--no-default-features", "--features", "postgres")


def sqlx(run, *arguments):
    options = ["--ignore-missing"] if run.case.settings.get("ignore-missing") == "true" else []
    return run.call(run.tool / "bin" / "sqlx", "migrate", *arguments, *options, "--source", run.directory, "-D", run.url)


def up(run):
    return sqlx(run, "run")


def down(run):
    return sqlx(run, "revert")


CASES = [
    Case(
        "pairs",
        {
            "0001_create_users.up.sql": "CREATE TABLE users (id int);\r\nCREATE TABLE more ();\r\n",
            "0001_create_users.down.sql": "DROP TABLE users; DROP TABLE more;",
            "2_add__a_.sql.up.sql": "CREATE TABLE two ();",
            "2_add__a_.sql.down.sql": "DROP TABLE two;",
            "10_last.up.sql": "CREATE TABLE ten ();",
            "10_last.down.sql": "DROP TABLE ten;",
            "README.md": "x",
            "notes.sql": "SELECT no;",
            "3_x.sql.bak": "SELECT no;",
            "+11_plus.up.sql": "",
            "+11_plus.down.sql": "",
        },
        downs=4,
    ),
    Case("simple", {"1_a.sql": "CREATE TABLE a ();", "2_b.up.sql": "CREATE TABLE b ();", "2_b.down.sql": "DROP TABLE b;"}, downs=1),
    Case("down_without_its_up", {"1_a.up.sql": "CREATE TABLE a ();", "1_a.down.sql": "DROP TABLE a;", "2_b.down.sql": "DROP TABLE no;"}, downs=1),
    Case(
        "no_transaction",
        {
            "1_a.up.sql": "CREATE TABLE a (i int);",
            "1_a.down.sql": "DROP TABLE a;",
            "2_i.up.sql": "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON a (i);",
            "2_i.down.sql": "-- no-transaction\nDROP INDEX CONCURRENTLY i;",
        },
        downs=2,
    ),
    Case(
        "no_transaction_with_two_statements",
        {"1_a.sql": "CREATE TABLE a (i int);", "2_i.sql": "-- no-transaction\nSELECT 1;\nCREATE INDEX CONCURRENTLY i ON a (i);"},
        fails=True,
    ),
    Case("no_transaction_too_late", {"1_a.sql": "\n-- no-transaction\nVACUUM;"}, fails=True),
    Case("no_transaction_failure", {"1_a.sql": "-- no-transaction\nCREATE TABLE a (); SELECT no;"}, fails=True),
    Case("failure", {"1_a.sql": "CREATE TABLE a ();", "2_b.sql": "CREATE TABLE b (); SELECT no;", "3_c.sql": ""}, fails=True),
    Case("syntax_at_the_end", {"1_a.sql": "COMMIT; CREATE TABLE a (); SELEC 1;"}, fails=True),
    Case("commit_inside", {"1_a.sql": "CREATE TABLE a (); COMMIT; CREATE TABLE b ();"}),
    Case("commit_inside_failure", {"1_a.sql": "CREATE TABLE a (); COMMIT; SELECT no;"}, fails=True),
    Case(
        "new_value_used",
        {"1_a.sql": "CREATE TYPE e AS ENUM ('a');", "2_b.sql": "ALTER TYPE e ADD VALUE 'b'; CREATE TABLE t (e e DEFAULT 'b');"},
        fails=True,
    ),
    Case(
        "late",
        {"1_a.sql": "CREATE TABLE a ();", "3_c.sql": "CREATE TABLE c ();"},
        second={"1_a.sql": "CREATE TABLE a ();", "2_b.sql": "CREATE TABLE b ();", "3_c.sql": "CREATE TABLE c ();"},
    ),
    Case("edited", {"1_a.sql": "CREATE TABLE a ();"}, second={"1_a.sql": "CREATE TABLE a ( );"}, fails=True),
    Case("gone", {"1_a.sql": "", "2_b.sql": ""}, second={"2_b.sql": "", "3_c.sql": ""}, fails=True),
    Case(
        "gone_and_ignored",
        {"1_a.sql": "", "2_b.sql": ""},
        second={"2_b.sql": "", "3_c.sql": ""},
        settings={"ignore-missing": "true"},
    ),
    Case(
        "failed_before",
        {"1_a.sql": ""},
        second={"1_a.sql": "", "2_b.sql": ""},
        before="CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL,"
        " installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL,"
        " execution_time bigint NOT NULL); INSERT INTO _sqlx_migrations VALUES (1, 'a', now(), false, '', 0);",
        fails=True,
    ),
    Case("no_number", {"1_a.sql": "", "x_b.sql": ""}, refused=True),
    Case("duplicate", {"1_a.sql": "", "01_b.sql": ""}, refused=True),
    Case("byte_order_mark", {"1_a.sql": "\ufeffCREATE TABLE a ();"}, refused=True),
]
