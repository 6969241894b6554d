"""Drizzle's migrator for node-postgres, with a folder for each migration: from 1.0 on."""
from tool import Case
from tools.drizzle import FORMAT, HISTORY, IGNORED, install, up

__all__ = ["FORMAT", "HISTORY", "IGNORED", "install", "up"]
TITLE = "Drizzle with folders"
VERSIONS = ["1.0.0-rc.5"]

CASES = [
    Case(
        "order",
        {
            "20240101000000_b/migration.sql": "CREATE TABLE b (n serial); INSERT INTO o VALUES ('b');",
            "20240101000000_a/migration.sql": "CREATE TABLE a ();\n--> statement-breakpoint\nINSERT INTO o VALUES ('a');",
            "20240101000000_B/migration.sql": "INSERT INTO o VALUES ('B');",
            "202401010000001_x/migration.sql": "INSERT INTO o VALUES ('x');",
            "20230101000000_o/migration.sql": "CREATE TABLE o (name text, n serial);",
            "20230101000000_o/snapshot.json": "{}",
            "20250101000000_last/migration.sql": "DO $$ DECLARE names text := (SELECT string_agg(name, '_' ORDER BY n) FROM o);\n"
            "BEGIN EXECUTE format('CREATE TABLE %I ()', names); END $$;",
            "20250101000000_nothing/snapshot.json": "{}",
            "0000_old.sql": "SELECT no;",
        },
    ),
    Case(
        "late",
        {
            "20240101000000_a/migration.sql": "CREATE TABLE a ();",
            "20240103000000_c/migration.sql": "CREATE TABLE c ();",
        },
        second={
            "20240101000000_a/migration.sql": "CREATE TABLE edited ();",
            "20240102000000_b/migration.sql": "CREATE TABLE b ();",
            "20240103000000_c/migration.sql": "CREATE TABLE c ();",
        },
    ),
    Case(
        "one_transaction",
        {
            "20240101000000_a/migration.sql": "CREATE TABLE a ();",
            "20240102000000_b/migration.sql": "SELECT no;",
        },
        fails=True,
    ),
]
