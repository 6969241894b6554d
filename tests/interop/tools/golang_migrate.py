"""golang-migrate, by go install."""
from tool import Case, go_install

TITLE = "golang-migrate"
FORMAT = "golang-migrate"
VERSIONS = ["4.20.1"]
HISTORY = ["public.schema_migrations"]
IGNORED = []


def install(folder, version):
    go_install(folder, f"github.com/golang-migrate/migrate/v4/cmd/migrate@v{version}", tags="postgres")


def call(run, *command):
    url = run.url
    for name, value in run.case.settings.items():
        url += f"&{name}={value}"
    if run.case.history_table:
        quoted = ".".join(f'"{part}"' for part in run.case.history_table.split("."))
        url += f"&x-migrations-table={quoted}&x-migrations-table-quoted=true"
    return run.call(run.tool / "migrate", "-path", run.directory, "-database", url, *command)


def up(run):
    return call(run, "up")


def down(run):
    return call(run, "down", "1")


def one(text, **options):
    """A directory of one file."""
    return {"files": {"1_a.up.sql": text}, **options}


CASES = [
    Case(
        "ordinary",
        {
            "000001_a.up.sql": "CREATE TABLE a (id int);\nCREATE TABLE a2 (id int);\n",
            "000001_a.down.sql": "DROP TABLE a2;\nDROP TABLE a;\n",
            "000002_b.up.sql": "BEGIN;\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$;\nCOMMIT;\n",
            "000002_b.down.sql": "BEGIN;\nDROP FUNCTION f();\nCOMMIT;\n",
            "20200103000000_c.up.sql": "CREATE TABLE c (id int)\r\n",
            "20200103000000_c.down.sql": "DROP TABLE c\r\n",
        },
        downs=3,
    ),
    Case(
        "names",
        {
            "10_b.up.sql": "CREATE TABLE b (LIKE c)",
            "001_a.up.sql": "CREATE TABLE a (id int)",
            "9_.up.sql": "CREATE TABLE c (LIKE a)",
            "11_d.up.sql.bak": "CREATE TABLE backup (id int)",
            "12_e.down.up.pgsql": "CREATE TABLE e (id int)",
            "13_f.down.sql": "CREATE TABLE only_down (id int)",
            "14_g.up.sql": "",
            "15_h.up.sql": " \n\t\n",
            "16_i.up.sql": "-- nothing\n",
            "17_x.sql": "SELECT no",
            "18.up.sql": "SELECT no",
            "x_19.up.sql": "SELECT no",
            "20_x.UP.sql": "SELECT no",
            "21_x.up": "SELECT no",
            "sub/22_y.up.sql": "SELECT no",
            "0_first.up.sql": "CREATE TABLE first (id int)",
        },
        downs=4,
    ),
    Case("duplicate", {"1_a.up.sql": "SELECT 1", "001_b.up.sql": "SELECT 1"}, refused=True),
    Case("backup_of_an_editor", {"1_a.up.sql": "SELECT 1", "1_a.up.sql~": "SELECT 1"}, refused=True),
    Case("byte_order_mark", **one("\ufeffSELECT 1", refused=True)),
    Case("halves_with_different_titles", {"1_a.up.sql": "CREATE TABLE a (id int)", "1_b.down.sql": "DROP TABLE a"}, downs=1),
    Case(
        "failure",
        {
            "1_a.up.sql": "CREATE TABLE a (id int);",
            "2_b.up.sql": "CREATE TABLE b (id int);\nSELECT no;",
            "3_c.up.sql": "CREATE TABLE c (id int);",
        },
        fails=True,
    ),
    Case("dirty", **one("SELECT no", second={"1_a.up.sql": "SELECT 1"}, fails=True)),
    Case("syntax_error_at_the_end", **one("CREATE TABLE a (id int);\nCOMMIT;\nSELEC;", fails=True)),
    Case("commit", **one("CREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);\nSELECT no", fails=True)),
    Case("open_transaction", **one("BEGIN;\nCREATE TABLE a (id int);", fails=True)),
    Case(
        "concurrently",
        {
            "1_a.up.sql": "CREATE TABLE a (id int);",
            "2_b.up.sql": "-- alone\nCREATE INDEX CONCURRENTLY i ON a (id);",
            "2_b.down.sql": "DROP INDEX CONCURRENTLY i",
        },
        downs=2,
    ),
    Case(
        "concurrently_not_alone",
        {"1_a.up.sql": "CREATE TABLE a (id int);", "2_b.up.sql": "SET lock_timeout = '1s';\nCREATE INDEX CONCURRENTLY i ON a (id);"},
        fails=True,
    ),
    Case(
        "multi_statement",
        {
            "1_a.up.sql": "CREATE TABLE a (id int);\n\nSET lock_timeout = '1s';\n-- x\nCREATE INDEX CONCURRENTLY i ON a (id);\n-- end\n",
            "1_a.down.sql": "DROP INDEX CONCURRENTLY i; DROP TABLE a",
        },
        settings={"x-multi-statement": "true"},
        downs=1,
    ),
    Case(
        "multi_statement_cuts_strings",
        **one("CREATE TABLE a (id int);\nCOMMENT ON TABLE a IS 'x;y';\n", settings={"x-multi-statement": "true"}, fails=True),
    ),
    Case(
        "enum",
        {"1_a.up.sql": "CREATE TYPE e AS ENUM ('a')", "2_b.up.sql": "ALTER TYPE e ADD VALUE 'b'", "3_c.up.sql": "CREATE TABLE t (e e DEFAULT 'b')"},
    ),
    Case(
        "enum_used_at_once",
        {"1_a.up.sql": "CREATE TYPE e AS ENUM ('a')", "2_b.up.sql": "ALTER TYPE e ADD VALUE 'b'; CREATE TABLE t (e e DEFAULT 'b')"},
        fails=True,
    ),
    Case(
        "late",
        {"1_a.up.sql": "CREATE TABLE a (id int)", "3_c.up.sql": "SELECT 1"},
        second={"1_a.up.sql": "SELECT edited", "2_b.up.sql": "CREATE TABLE b (id int)", "3_c.up.sql": "SELECT 1"},
    ),
    Case(
        "gone",
        {"1_a.up.sql": "CREATE TABLE a (id int)", "3_c.up.sql": "SELECT 1"},
        second={"1_a.up.sql": "SELECT edited", "4_d.up.sql": "CREATE TABLE d (id int)"},
        fails=True,
    ),
    Case("first_down_fails", {"1_a.up.sql": "SELECT 1", "1_a.down.sql": "SELECT no"}, downs=1),
    Case(
        "settings_stay",
        {"1_a.up.sql": "CREATE SCHEMA app; SET search_path = app", "2_b.up.sql": "CREATE TABLE b (id int)"},
    ),
    Case(
        "history_table",
        {"1_a.up.sql": "CREATE TABLE a (id int)", "1_a.down.sql": "DROP TABLE a"},
        before="CREATE SCHEMA app;",
        history_table="app.done",
        history=["app.done"],
        downs=1,
    ),
]
