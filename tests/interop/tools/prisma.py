"""Prisma's own engine, as the package that the browser takes (deploy.mjs). The program that prisma deploys with is not in npm."""
import pathlib

from tool import Case, find, npm_install

TITLE = "Prisma"
FORMAT = "prisma"
VERSIONS = ["7.10.0"]
HISTORY = ["public._prisma_migrations"]
IGNORED = ["id", "started_at", "finished_at", "logs"]
ENGINE = {"7.10.0": "7.10.0-7.561d7b42579a2459cc8edf3788918b626c640023"}
SOURCES = pathlib.Path(__file__).resolve().parents[1] / "prisma"


def install(folder, version):
    npm_install(folder, f"@prisma/schema-engine-wasm@{ENGINE[version]}", f"@prisma/adapter-pg@{version}")


def up(run):
    return run.call(find("node"), SOURCES / "deploy.mjs", run.directory, run.url, cwd=run.tool)


LOCK = {"migration_lock.toml": 'provider = "postgresql"\n'}

CASES = [
    Case("kubidu", directory="migrations/kubidu"),
    Case("kanban", directory="migrations/kanban"),
    Case(
        "order",
        {
            **LOCK,
            "20240101000000_b/migration.sql": "CREATE TABLE b (n serial); INSERT INTO o VALUES ('b');",
            "20240101000000_a/migration.sql": "CREATE TABLE a (n serial);\r\nINSERT INTO o VALUES ('a');",
            "20240101000000_B/migration.sql": "CREATE TABLE bb (n serial); INSERT INTO o VALUES ('B');",
            "2024010100000012_x/migration.sql": "CREATE TABLE x (n serial); INSERT INTO o VALUES ('x');",
            "0_init/migration.sql": "CREATE TABLE o (name text, n serial);",
            "9_last/migration.sql": "DO $$ DECLARE names text := (SELECT string_agg(name, '_' ORDER BY n) FROM o); BEGIN\n"
            "EXECUTE format('CREATE TABLE %I ()', names); END $$;",
            "A_letters/migration.sql": "-- nothing but a comment\n",
            "B_empty/migration.sql": "",
            "stray.sql": "SELECT no;",
            "20240101000000_a/notes.md": "x",
        },
    ),
    Case("no_lock_file", {"1_a/migration.sql": "CREATE TABLE a (id int);"}),
    Case("another_provider", {"migration_lock.toml": 'provider = "mysql"', "1_a/migration.sql": ""}, refused=True),
    Case("no_script", {**LOCK, "1_a/migration.sql": "", "2_b/x.txt": ""}, refused=True),
    Case("byte_order_mark", {**LOCK, "1_a/migration.sql": "\ufeffCREATE TABLE a ();"}, refused=True),
    Case("not_empty", {**LOCK, "1_a/migration.sql": ""}, before="CREATE TABLE old ();", fails=True),
    Case(
        "one_transaction",
        {**LOCK, "1_a/migration.sql": "CREATE TABLE a ();\nSELECT no;", "2_b/migration.sql": "CREATE TABLE b ();"},
        fails=True,
    ),
    Case("syntax_at_the_end", {**LOCK, "1_a/migration.sql": "COMMIT; CREATE TABLE a ();\nSELEC 1;"}, fails=True),
    Case("commit_inside", {**LOCK, "1_a/migration.sql": "CREATE TABLE a ();\nCOMMIT;\nSELECT no;"}, fails=True),
    Case(
        "concurrently_alone",
        {
            **LOCK,
            "1_a/migration.sql": "CREATE TABLE a (id int);",
            "2_b/migration.sql": "-- alone\nCREATE INDEX CONCURRENTLY i ON a (id);\n",
        },
    ),
    Case(
        "concurrently_with_a_setting",
        {
            **LOCK,
            "1_a/migration.sql": "CREATE TABLE a (id int);",
            "2_b/migration.sql": "SET lock_timeout = '1s';\nCREATE INDEX CONCURRENTLY i ON a (id);\n",
        },
        fails=True,
    ),
    Case(
        "new_value_used",
        {
            **LOCK,
            "1_a/migration.sql": "CREATE TYPE e AS ENUM ('a');",
            "2_b/migration.sql": "ALTER TYPE e ADD VALUE 'b';\nCREATE TABLE t (e e DEFAULT 'b');",
        },
        fails=True,
    ),
    Case(
        "new_value_used_later",
        {
            **LOCK,
            "1_a/migration.sql": "CREATE TYPE e AS ENUM ('a');",
            "2_b/migration.sql": "ALTER TYPE e ADD VALUE 'b';",
            "3_c/migration.sql": "CREATE TABLE t (e e DEFAULT 'b');",
        },
    ),
    Case(
        "late",
        {**LOCK, "1_a/migration.sql": "CREATE TABLE a ();", "3_c/migration.sql": "CREATE TABLE c ();"},
        second={
            **LOCK,
            "1_a/migration.sql": "CREATE TABLE edited ();",
            "2_b/migration.sql": "CREATE TABLE b ();",
            "3_c/migration.sql": "CREATE TABLE c ();",
        },
    ),
    Case(
        "after_a_failure",
        {**LOCK, "1_a/migration.sql": "SELECT no;"},
        second={**LOCK, "1_a/migration.sql": "SELECT 1;"},
        fails=True,
    ),
]
