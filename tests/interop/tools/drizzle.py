"""Drizzle's migrator for node-postgres, with a journal: the versions before 1.0."""
import json

from tool import Case, find, npm_install

TITLE = "Drizzle"
FORMAT = "drizzle"
VERSIONS = ["0.45.4"]
HISTORY = ["drizzle.__drizzle_migrations"]
IGNORED = ["applied_at"]
MIGRATE = """
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
const [migrationsFolder, connectionString] = process.argv.slice(2);
const client = new pg.Client({ connectionString });
await client.connect();
try {
	await migrate(drizzle({ client }), { migrationsFolder });
} catch (error) {
	console.log(String(error), String(error.cause ?? ""));
	process.exitCode = 1;
}
await client.end();
"""


def install(folder, version):
    npm_install(folder, f"drizzle-orm@{version}", "pg@8.16.3")
    (folder / "migrate.mjs").write_text(MIGRATE, encoding="utf-8")


def up(run):
    return run.call(find("node"), run.tool / "migrate.mjs", run.directory, run.url)


def journal(*entries):
    """The file of entries (when, tag)."""
    rows = [{"idx": i, "version": "7", "when": when, "tag": tag, "breakpoints": True} for i, (when, tag) in enumerate(entries)]
    return {"meta/_journal.json": json.dumps({"version": "7", "dialect": "postgresql", "entries": rows}, indent=2)}


A, B, C = (1000, "0000_a"), (2000, "0001_b"), (3000, "0002_c")

CASES = [
    Case(
        "order",
        {
            **journal((1000, "0000_z"), (2000, "0001_b"), (3000, "0002_a")),
            "0000_z.sql": "CREATE TABLE z (id serial);\r\n--> statement-breakpoint\r\nCREATE TABLE z2 (id int);",
            "0001_b.sql": "CREATE TABLE b (t text DEFAULT 'x'); CREATE TABLE b2 ();\n",
            "0002_a.sql": "--> statement-breakpoint\n\n-- only a comment\n--> statement-breakpoint\nCREATE TABLE a ();",
            "0003_not_listed.sql": "SELECT no;",
        },
    ),
    Case("mark_in_a_string", {**journal(A), "0000_a.sql": "SELECT '--> statement-breakpoint';"}, fails=True),
    Case(
        "late",
        {**journal(A, C), "0000_a.sql": "CREATE TABLE a ();", "0002_c.sql": "CREATE TABLE c ();"},
        second={
            **journal(A, C, (2500, "0003_d"), (4000, "0004_e")),
            "0000_a.sql": "CREATE TABLE edited ();",
            "0002_c.sql": "CREATE TABLE c ();",
            "0003_d.sql": "CREATE TABLE d ();",
            "0004_e.sql": "CREATE TABLE e ();",
        },
    ),
    Case("not_increasing_at_once", {**journal(B, A), "0000_a.sql": "CREATE TABLE a ();", "0001_b.sql": "CREATE TABLE b ();"}),
    Case(
        "one_transaction",
        {
            **journal(A, B, C),
            "0000_a.sql": "CREATE TABLE a ();",
            "0001_b.sql": "SELECT no;",
            "0002_c.sql": "CREATE TABLE c ();",
        },
        fails=True,
    ),
    Case(
        "commit_inside",
        {**journal(A, B), "0000_a.sql": "CREATE TABLE a (); COMMIT;", "0001_b.sql": "CREATE TABLE b (); SELECT no;"},
        fails=True,
    ),
    Case(
        "syntax_at_the_end",
        {**journal(A), "0000_a.sql": "COMMIT;\n--> statement-breakpoint\nCREATE TABLE a (); SELEC 1;"},
        fails=True,
    ),
    Case(
        "concurrently",
        {**journal(A, B), "0000_a.sql": "CREATE TABLE a (i int);", "0001_b.sql": "CREATE INDEX CONCURRENTLY i ON a (i);"},
        fails=True,
    ),
    Case(
        "new_value_used",
        {
            **journal(A, B),
            "0000_a.sql": "CREATE TYPE e AS ENUM ('a');",
            "0001_b.sql": "ALTER TYPE e ADD VALUE 'b';\n--> statement-breakpoint\nCREATE TABLE t (e e DEFAULT 'b');",
        },
        fails=True,
    ),
    Case("no_file", {**journal(A, B), "0000_a.sql": "CREATE TABLE a ();"}, refused=True),
    Case("byte_order_mark", {**journal(A), "0000_a.sql": "\ufeffCREATE TABLE a ();"}, refused=True),
]
