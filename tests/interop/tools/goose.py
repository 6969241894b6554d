"""goose, by go install."""
from tool import Case, go_install

TITLE = "goose"
FORMAT = "goose"
VERSIONS = ["3.29.0"]
HISTORY = ["public.goose_db_version"]
IGNORED = ["tstamp"]
OTHER_DATABASES = "no_mysql no_sqlite3 no_clickhouse no_mssql no_vertica no_ydb no_libsql no_turso"


def install(folder, version):
    go_install(folder, f"github.com/pressly/goose/v3/cmd/goose@v{version}", tags=OTHER_DATABASES)


def call(run, *command):
    arguments = ["-dir", run.directory]
    if run.case.history_table:
        arguments += ["-table", run.case.history_table]
    if run.case.settings.get("allow-missing") == "true":
        arguments.append("-allow-missing")
    return run.call(run.tool / "goose", *arguments, "postgres", run.url, *command, environment=run.case.placeholders)


def up(run):
    return call(run, "up")


def down(run):
    return call(run, "down")


def pending(run):
    lines = call(run, "status").output.splitlines()
    return "\n".join(line[line.index("Pending") :] for line in lines if "Pending  " in line)


UP = "-- +goose Up\n"
DOWN = "-- +goose Down\n"
BEGIN = "-- +goose StatementBegin\n"
END = "-- +goose StatementEnd\n"


def one(text, **options):
    """A directory of one file."""
    return {"files": {"1_a.sql": text}, **options}


CASES = [
    Case(
        "ordinary",
        {
            "00001_a.sql": UP + "CREATE TABLE a (id int);\nCREATE TABLE a2 (id int); -- two\n" + DOWN + "DROP TABLE a2;\nDROP TABLE a;\n",
            "00002_b.sql": "-- About b.\n\n" + UP + BEGIN + "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n"
            "  -- one;\n  RETURN 1;\nEND;\n$$;\n" + END + DOWN + "DROP FUNCTION f();\n",
            "20200103000000_c.sql": "-- +goose up\r\nCREATE TABLE c (\r\n  -- the number;\r\n\r\n  id int);\r\n"
            "COMMENT ON TABLE c IS 'a\r\nb';\r\n-- +goose DOWN\r\nDROP TABLE c;\r\n",
        },
        downs=3,
    ),
    Case(
        "names",
        {
            "10_b.sql": UP + "CREATE TABLE b (LIKE c);\n",
            "001_a.sql": UP + "CREATE TABLE a (id int);\n",
            "9_.sql": UP + "CREATE TABLE c (LIKE a);\n",
            "11_y.sql.bak": "SELECT no;",
            "12_y.SQL": "SELECT no;",
            "sub/13_y.sql": "SELECT no;",
            "doc.go": "package none",
            "14_x_test.go": "package none",
        },
        downs=2,
    ),
    Case(
        "blocks_without_a_statement",
        {"1_a.sql": UP + BEGIN + END + BEGIN + "CREATE TABLE a ();\n" + END + BEGIN + "-- x\n" + END + DOWN + BEGIN + END + "\n-- y\n"},
        downs=1,
    ),
    Case("name_without_number", {"1_a.sql": UP + "SELECT 1;\n", "x.sql": UP + "SELECT 1;\n"}, refused=True),
    Case("name_of_zero", {"1_a.sql": UP + "SELECT 1;\n", "0_x.sql": UP + "SELECT 1;\n"}, refused=True),
    Case("duplicate", {"1_a.sql": UP + "SELECT 1;\n", "01_b.sql": UP + "SELECT 1;\n"}, refused=True),
    Case("code", {"1_a.sql": UP + "SELECT 1;\n", "2_b.go": "package none"}, refused=True),
    Case("byte_order_mark", **one("\ufeff" + UP + "SELECT 1;\n", refused=True)),
    Case("no_up", **one("SELECT 1;\n", refused=True)),
    Case("text_before", **one("SELECT 1;\n" + UP + "SELECT 1;\n", refused=True)),
    Case("down_first", **one(DOWN + UP + "SELECT 1;\n", refused=True)),
    Case("two_ups", **one(UP + "SELECT 1;\n" + UP, refused=True)),
    Case("two_downs", **one(UP + "SELECT 1;\n" + DOWN + DOWN, refused=True)),
    Case("unknown_annotation", **one(UP + "-- +goose Begin\nSELECT 1;\n", refused=True)),
    Case("indented_annotation", **one(UP + " -- +goose StatementBegin\nSELECT 1;\n" + END, refused=True)),
    Case("annotation_with_more", **one("-- +goose Up -- and +goose\nSELECT 1;\n", refused=True)),
    Case("no_semicolon", **one(UP + "SELECT 1\n", refused=True)),
    Case("no_semicolon_before_down", **one(UP + "SELECT 1\n" + DOWN, refused=True)),
    Case("no_semicolon_in_down", **one(UP + "SELECT 1;\n" + DOWN + "SELECT 2\n", stricter=True)),
    Case("no_end", **one(UP + BEGIN + "SELECT 1;\n", refused=True)),
    Case("no_begin", **one(UP + "SELECT 1;\n" + END, refused=True)),
    Case("begin_twice", **one(UP + BEGIN + BEGIN + "SELECT 1;\n" + END, refused=True)),
    Case("empty_statement", **one(UP + BEGIN + END + "CREATE TABLE lost (id int);\nSELECT 1;\n", stricter=True)),
    Case("dashes_in_annotations", **one("--+goose Up--\nCREATE TABLE a (id int);\n-- -- +goose Down\nDROP TABLE a;\n", downs=1)),
    Case("no_statement", **one(UP + "-- nothing yet\n\n" + DOWN, downs=1)),
    Case("lonely_semicolon", **one(UP + ";\nCREATE TABLE a (id int)\n;\n" + DOWN + "DROP TABLE a;")),
    Case(
        "dollar_quotes_are_cut",
        **one(UP + "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND;\n$$;\n", fails=True),
    ),
    Case("strings_are_cut", **one(UP + "SELECT 'a;\nb';\n", fails=True)),
    Case(
        "several_in_a_line",
        **one(UP + "CREATE TABLE a (id int); CREATE TABLE b (id int);\nCREATE TABLE c (id int); SELECT ';'\n;\n"),
    ),
    Case(
        "semicolon_before_a_comment",
        **one(UP + "CREATE TABLE a (id int); -- SELECT ';\nCREATE TABLE b (id int);--no end\n, ;\n", fails=True),
    ),
    Case(
        "failure",
        {
            "1_a.sql": UP + "CREATE TABLE a (id int);\n",
            "2_b.sql": UP + "CREATE TABLE b (id int);\nSELECT no;\n",
            "3_c.sql": UP + "CREATE TABLE c (id int);\n",
        },
        fails=True,
    ),
    Case("commit", **one(UP + "CREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);\n")),
    Case("commit_and_failure", **one(UP + "CREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);\nSELECT no;\n", fails=True)),
    Case(
        "no_transaction",
        {
            "1_a.sql": UP + "CREATE TABLE a (id int);\n",
            "2_b.sql": "-- +goose NO TRANSACTION\n" + UP + "SET lock_timeout = '1s';\nCREATE INDEX CONCURRENTLY i ON a (id);\n"
            + DOWN + "DROP INDEX CONCURRENTLY i;\nSELECT 1;\n",
        },
        downs=2,
    ),
    Case(
        "no_transaction_at_the_end",
        **one(UP + "CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);\n-- +goose no transaction\n"),
    ),
    Case("concurrently_in_a_transaction", **one(UP + "CREATE INDEX CONCURRENTLY i ON pg_class (oid);\n", fails=True)),
    Case(
        "no_transaction_failure",
        **one("-- +goose NO TRANSACTION\n" + UP + "CREATE TABLE a (id int);\nSELECT no;\nCREATE TABLE b (id int);\n", fails=True),
    ),
    Case(
        "enum",
        {
            "1_a.sql": UP + "CREATE TYPE e AS ENUM ('a');\n",
            "2_b.sql": "-- +goose NO TRANSACTION\n" + UP + "ALTER TYPE e ADD VALUE 'b';\nCREATE TABLE t (e e DEFAULT 'b');\n",
        },
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
        "variables",
        **one(
            "-- +goose ENVSUB ON\n" + UP + "CREATE TABLE ${PGASSAY_NAME}_x (a text DEFAULT '$PGASSAY_VALUE \\$x \\\\ $(x) ${PGASSAY_NONE:-d e} "
            "${PGASSAY_EMPTY-f}');\n" + BEGIN + "DO $$$$ BEGIN EXECUTE 'CREATE TABLE y ()'; END $$$$\n" + END
            + "-- +goose ENVSUB OFF\nDO $$ BEGIN EXECUTE 'CREATE TABLE z ()'; END $$;\n",
            placeholders={"PGASSAY_NAME": "a", "PGASSAY_VALUE": "b;", "PGASSAY_EMPTY": ""},
        ),
    ),
    Case(
        "late",
        {"1_a.sql": UP + "CREATE TABLE a (id int);\n", "3_c.sql": UP + "SELECT 1;\n"},
        second={
            "1_a.sql": UP + "SELECT edited;\n",
            "2_b.sql": UP + "CREATE TABLE b (id int);\n",
            "3_c.sql": UP + "SELECT 1;\n",
            "4_d.sql": UP + "SELECT 1;\n",
        },
        fails=True,
    ),
    Case(
        "late_and_allowed",
        {"1_a.sql": UP + "CREATE TABLE a (id int);\n", "3_c.sql": UP + "SELECT 1;\n"},
        second={
            "1_a.sql": UP + "SELECT edited;\n",
            "2_b.sql": UP + "CREATE TABLE b (id int);\n",
            "3_c.sql": UP + "SELECT 1;\n",
        },
        settings={"allow-missing": "true"},
    ),
    Case(
        "search_path",
        {"1_a.sql": UP + "CREATE SCHEMA app;\nSET search_path = app;\n", "2_b.sql": UP + "CREATE TABLE b (id int);\n"},
        fails=True,
    ),
    Case(
        "history_table",
        {"1_a.sql": UP + "CREATE TABLE a (id int);\n"},
        before="CREATE SCHEMA app;",
        history_table="app.done",
        history=["app.done"],
        downs=1,
    ),
]
