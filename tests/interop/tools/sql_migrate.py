"""sql-migrate, by go install."""
from tool import Case, go_install

TITLE = "sql-migrate"
FORMAT = "sql-migrate"
VERSIONS = ["1.8.1"]
HISTORY = ["public.gorp_migrations"]
IGNORED = ["applied_at"]


def install(folder, version):
    go_install(folder, f"github.com/rubenv/sql-migrate/sql-migrate@v{version}")


def call(run, *command):
    lines = ["development:", "  dialect: postgres", f"  datasource: {run.url}", f"  dir: {run.directory}"]
    schema, _, table = (run.case.history_table or "").rpartition(".")
    lines += [f"  table: {table}"] if table else []
    lines += [f"  schema: {schema}"] if schema else []
    lines += ["  ignoreunknown: true"] if run.case.settings.get("ignore-unknown") == "true" else []
    config = run.directory.parent / f"{run.case.name}.{run.database}.yml"
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return run.call(run.tool / "sql-migrate", *command, "-config", config)


def up(run):
    return call(run, "up")


def down(run):
    return call(run, "down")


def pending(run):
    lines = call(run, "status").output.splitlines()
    return "\n".join(" ".join(line.split()) for line in lines if "| no " in line)


UP = "-- +migrate Up\n"
DOWN = "-- +migrate Down\n"
BEGIN = "-- +migrate StatementBegin\n"
END = "-- +migrate StatementEnd\n"


def one(text, **options):
    """A directory of one file."""
    return {"files": {"1_a.sql": text}, **options}


CASES = [
    Case(
        "ordinary",
        {
            "1_a.sql": UP + "CREATE TABLE a (id int);\nCREATE TABLE a2 (id int); -- two\n" + DOWN + "DROP TABLE a2;\nDROP TABLE a;\n",
            "2_b.sql": "-- About b.\nnot looked at\n" + UP + BEGIN + "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n"
            "  RETURN 1;\nEND;\n$$;\n" + END + DOWN + "DROP FUNCTION f();\n",
            "20200103_c.sql": UP + "CREATE TABLE c (\r\n-- the number;\r\n\r\n  id int);\r\nCOMMENT ON TABLE c IS 'a\r\n-- b\r\nc';\r\n"
            + DOWN + "DROP TABLE c;\r\n",
        },
        downs=3,
    ),
    Case(
        "names",
        {
            "10_b.sql": UP + "CREATE TABLE b (LIKE c);\n",
            "001_a.sql": UP + "CREATE TABLE a (id int);\n",
            "9_c.sql": UP + "CREATE TABLE c (LIKE a);\n",
            "9_d.sql": UP + "CREATE TABLE d (LIKE c);\n",
            "x.sql": UP + "CREATE TABLE x (LIKE b);\n",
            "a.sql": UP + "CREATE TABLE y (LIKE b);\n",
            "11_y.sql.bak": "SELECT no;",
            "12_y.SQL": "SELECT no;",
            "sub/13_y.sql": "SELECT no;",
        },
        downs=2,
    ),
    Case("sections", **one(UP + "CREATE TABLE a (id int);\n" + DOWN + "DROP TABLE a;\n" + UP + "CREATE TABLE b (id int);\n" + DOWN + "DROP TABLE b;\n", downs=1)),
    Case("byte_order_mark", **one("\ufeff" + UP + "SELECT 1;\n", refused=True)),
    Case("no_up", **one("SELECT 1;\n", refused=True)),
    Case("no_semicolon", **one(UP + "SELECT 1\n", refused=True)),
    Case("no_semicolon_before_down", **one(UP + "SELECT 1\n" + DOWN, refused=True)),
    Case("comment_without_blank_at_the_end", **one(UP + "SELECT 1;\n--the end\n", refused=True)),
    Case("no_end", **one(UP + BEGIN + "SELECT 1;\n", refused=True)),
    Case("no_begin", **one(UP + "SELECT 1;\n" + END, stricter=True)),
    Case("small_letters", **one(UP + "CREATE TABLE a (id int);\n-- +migrate down\nDROP TABLE a;\n", stricter=True)),
    Case("no_blank", **one(UP + "CREATE TABLE a (id int);\n--+migrate Down\nDROP TABLE a;\n", stricter=True)),
    Case("unknown_option", **one("-- +migrate Up noTransaction\nCREATE TABLE a (id int);\n", stricter=True)),
    Case("no_statement", **one(UP + "-- nothing yet\n\n" + DOWN + "-- nothing\n", downs=1)),
    Case("dollar_quotes_are_cut", **one(UP + "DO $$\nBEGIN\n  PERFORM 1;\nEND;\n$$;\n", fails=True)),
    Case("comments_in_strings_are_lost", **one(UP + BEGIN + "CREATE TABLE a (id text DEFAULT 'x\n-- y\nz');\n" + END)),
    Case("several_in_a_line", **one(UP + "CREATE TABLE a (id int); CREATE TABLE b (id int);\n;\nSELECT ';'\n;\n")),
    Case(
        "failure",
        {
            "1_a.sql": UP + "CREATE TABLE a (id int);\n",
            "2_b.sql": UP + "CREATE TABLE b (id int);\nSELECT no;\n",
            "3_c.sql": UP + "CREATE TABLE c (id int);\n",
        },
        fails=True,
    ),
    Case("commit", **one(UP + "CREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);\n", fails=True)),
    Case("commit_and_begin", **one(UP + "CREATE TABLE a (id int);\nCOMMIT;\nBEGIN;\nCREATE TABLE b (id int);\n")),
    Case(
        "no_transaction",
        {
            "1_a.sql": UP + "CREATE TABLE a (id int);\n" + DOWN + "DROP TABLE a;\n",
            "2_b.sql": "-- +migrate Up notransaction\nSET lock_timeout = '1s';\nCREATE INDEX CONCURRENTLY i ON a (id);\n"
            "-- +migrate Down notransaction\nDROP INDEX CONCURRENTLY i;\n",
        },
        downs=2,
    ),
    Case("concurrently_in_a_transaction", **one(UP + "CREATE INDEX CONCURRENTLY i ON pg_class (oid);\n", fails=True)),
    Case(
        "no_transaction_failure",
        **one("-- +migrate Up notransaction\nCREATE TABLE a (id int);\nSELECT no;\nCREATE TABLE b (id int);\n", fails=True),
    ),
    Case(
        "enum_used_at_once",
        {
            "1_a.sql": UP + "CREATE TYPE e AS ENUM ('a');\n",
            "2_b.sql": UP + "ALTER TYPE e ADD VALUE 'b';\nCREATE TABLE t (e e DEFAULT 'b');\n",
        },
        fails=True,
    ),
    Case(
        "late",
        {"1_a.sql": UP + "CREATE TABLE a (id int);\n", "3_c.sql": UP + "SELECT 1;\n"},
        second={
            "1_a.sql": UP + "SELECT edited;\n",
            "2_b.sql": UP + "CREATE TABLE b (id int);\n",
            "3_c.sql": UP + "SELECT 1;\n",
            "4_d.sql": UP + "CREATE TABLE d (LIKE b);\n",
        },
    ),
    Case("gone", {"1_a.sql": UP + "SELECT 1;\n"}, second={"2_b.sql": UP + "SELECT 1;\n"}, fails=True),
    Case(
        "gone_and_ignored",
        {"1_a.sql": UP + "SELECT 1;\n", "2_b.sql": UP + "SELECT 1;\n"},
        second={"2_b.sql": UP + "SELECT 1;\n", "3_c.sql": UP + "CREATE TABLE c (id int);\n"},
        settings={"ignore-unknown": "true"},
    ),
    Case(
        "last_gone_and_ignored",
        {"1_a.sql": UP + "SELECT 1;\n"},
        second={"2_b.sql": UP + "SELECT 1;\n"},
        settings={"ignore-unknown": "true"},
        second_stricter=True,
    ),
    Case("search_path", **one(UP + "CREATE SCHEMA app;\nSET search_path = app;\n", fails=True)),
    Case(
        "history_table",
        {"1_a.sql": UP + "CREATE TABLE a (id int);\n"},
        history_table="app.done",
        history=["app.done"],
        downs=1,
    ),
]
