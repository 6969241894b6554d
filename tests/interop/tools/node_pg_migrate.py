"""node-pg-migrate by its own program; npm fetches it."""
import json

from tool import Case, find, npm_install

TITLE = "node-pg-migrate"
FORMAT = "node-pg-migrate"
VERSIONS = ["9.0.0"]
HISTORY = ["public.pgmigrations"]
IGNORED = ["run_on"]
MIGRATE = """
import { runner } from "node-pg-migrate";
const [direction, dir, databaseUrl, settings] = process.argv.slice(2);
const { loader, "single-transaction": single, "check-order": order } = JSON.parse(settings);
try {
	await runner({
		databaseUrl,
		dir,
		direction,
		migrationsTable: "pgmigrations",
		singleTransaction: single !== "false",
		checkOrder: order !== "false",
		migrationLoaderStrategies: loader === "sql" ? [{ extensions: [".sql"], loader: "sql" }] : undefined,
	});
} catch (error) {
	console.log(String(error));
	process.exitCode = 1;
}
"""


def install(folder, version):
    npm_install(folder, f"node-pg-migrate@{version}", "pg@8.16.3")
    (folder / "migrate.mjs").write_text(MIGRATE, encoding="utf-8")


def migrate(run, direction):
    return run.call(find("node"), run.tool / "migrate.mjs", direction, run.directory, run.url, json.dumps(run.case.settings))


def up(run):
    return migrate(run, "up")


def down(run):
    return migrate(run, "down")


PAIRS = {"loader": "sql"}
EACH = {"single-transaction": "false"}

CASES = [
    Case(
        "order",
        {
            "20240131120000000_time.sql": "-- Up Migration\nINSERT INTO o VALUES ('17');\n-- Down Migration\nDELETE FROM o WHERE t = '17';",
            "1706702399999_before.sql": "INSERT INTO o VALUES ('13');",
            "0001_o.sql": "CREATE TABLE o (t text, n serial);",
            "2-b.sql": "INSERT INTO o VALUES ('2');",
            "10_c.sql": "INSERT INTO o VALUES ('10')",
            "010_B.sql": "INSERT INTO o VALUES ('010')",
            "20250101000000000_last.sql": "DO $$ DECLARE names text := (SELECT string_agg(t, '_' ORDER BY n) FROM o); BEGIN\n"
            "EXECUTE format('CREATE TABLE %I ()', names); END $$;\n---- down  migration\nSELECT 1;".replace(
                "DO", "-- up migration\nDO", 1
            ),
            ".hidden.sql": "SELECT no;",
            "sub/3_x.sql": "SELECT no;",
        },
        downs=2,
    ),
    Case("down_first", {"1_a.sql": "-- Down Migration\nDROP TABLE a;\n-- Up Migration\nCREATE TABLE a ();"}, downs=1),
    Case("no_way_down", {"1_a.sql": "CREATE TABLE a ();"}, downs=1),
    Case(
        "pairs",
        {
            "1_a.up.sql": "CREATE TABLE a ();",
            "1_a.down.sql": "DROP TABLE a;",
            "2_b.sql": "-- Up Migration\nCREATE TABLE b ();\n-- Down Migration\nDROP TABLE b;",
            "3_c.up.sql": "-- Up Migration\nCREATE TABLE c ();\n-- Down Migration\nCREATE TABLE c2 ();",
        },
        settings=PAIRS,
    ),
    Case("pair_down", {"1_a.up.sql": "CREATE TABLE a ();", "1_a.down.sql": "DROP TABLE a;"}, settings=PAIRS, downs=1),
    Case("pairs_by_the_other_loader", {"1_a.up.sql": "CREATE TABLE a ();", "1_a.down.sql": "DROP TABLE IF EXISTS a;"}, stricter=True),
    Case("pair_and_file", {"1_a.up.sql": "", "1_a.sql": ""}, settings=PAIRS, refused=True),
    Case("down_alone", {"1_a.down.sql": ""}, settings=PAIRS, refused=True),
    Case("no_up_mark", {"1_a.sql": "CREATE TABLE a ();\n-- Down Migration\nDROP TABLE a;"}, stricter=True),
    Case("one_transaction", {"1_a.sql": "CREATE TABLE a ();", "2_b.sql": "SELECT no;"}, fails=True),
    Case("a_transaction_each", {"1_a.sql": "CREATE TABLE a ();", "2_b.sql": "SELECT no;"}, settings=EACH, fails=True),
    Case("syntax_at_the_end", {"1_a.sql": "COMMIT; CREATE TABLE a (); SELEC 1;"}, fails=True),
    Case("commit_inside", {"1_a.sql": "CREATE TABLE a (); COMMIT;", "2_b.sql": "CREATE TABLE b (); SELECT no;"}, fails=True),
    Case("concurrently", {"1_a.sql": "CREATE TABLE a (i int);", "2_b.sql": "CREATE INDEX CONCURRENTLY i ON a (i);"}, fails=True),
    Case(
        "new_value_used_later",
        {"1_a.sql": "CREATE TYPE e AS ENUM ('a');", "2_b.sql": "ALTER TYPE e ADD VALUE 'b';", "3_c.sql": "SELECT 'b'::e;"},
        fails=True,
    ),
    Case(
        "new_value_used_later_each",
        {"1_a.sql": "CREATE TYPE e AS ENUM ('a');", "2_b.sql": "ALTER TYPE e ADD VALUE 'b';", "3_c.sql": "SELECT 'b'::e;"},
        settings=EACH,
    ),
    Case(
        "late",
        {"1_a.sql": "CREATE TABLE a ();", "3_c.sql": "CREATE TABLE c ();"},
        second={"1_a.sql": "", "2_b.sql": "CREATE TABLE b ();", "3_c.sql": ""},
        fails=True,
    ),
    Case(
        "late_and_allowed",
        {"1_a.sql": "CREATE TABLE a ();", "3_c.sql": "CREATE TABLE c ();"},
        second={"1_a.sql": "", "2_b.sql": "CREATE TABLE b ();", "3_c.sql": ""},
        settings={"check-order": "false"},
    ),
    Case("no_number", {"1_a.sql": "", "README.md": "x"}, refused=True),
    Case("byte_order_mark", {"1_a.sql": "\ufeffCREATE TABLE a ();"}, refused=True),
]
