"""graphile-migrate, by its own program; npm fetches it."""
import hashlib
import json

from tool import Case, find, npm_install

TITLE = "graphile-migrate"
FORMAT = "graphile-migrate"
VERSIONS = ["1.4.1"]
HISTORY = ["graphile_migrate.migrations"]
IGNORED = ["date"]
MIGRATE = """
const { migrate } = require("graphile-migrate");
const [migrationsFolder, connectionString, placeholders] = process.argv.slice(2);
const settings = { migrationsFolder, connectionString, placeholders: JSON.parse(placeholders) };
migrate(settings).then(
	() => process.exit(0),
	(error) => {
		console.log(String(error));
		process.exit(1);
	},
);
"""


def install(folder, version):
    npm_install(folder, f"graphile-migrate@{version}", "pg@8.16.3")
    (folder / "migrate.js").write_text(MIGRATE, encoding="utf-8")


def up(run):
    return run.call(
        find("node"),
        run.tool / "migrate.js",
        run.directory,
        run.url,
        json.dumps(run.case.placeholders),
        environment={"DATABASE_OWNER": run.user},
    )


def chain(*bodies, name="{:06d}.sql"):
    """Committed files with these bodies, numbered from 1."""
    files, previous = {}, None
    for i, body in enumerate(bodies, 1):
        text = f"{previous or ''}\n{body.strip()}".strip() + "\n"
        digest = "sha1:" + hashlib.sha1(text.encode()).hexdigest()
        files["committed/" + name.format(i)] = f"--! Previous: {previous or '-'}\n--! Hash: {digest}\n\n{body.strip()}\n"
        previous = digest
    return files


TWO = chain("CREATE TABLE a (i int);", "CREATE TABLE b ();\nCREATE TABLE c ();")
EDITED = {name: text.replace("(i int)", "(i bigint)") for name, text in TWO.items()}
ALLOWED = {"committed/000001.sql": EDITED["committed/000001.sql"].replace("\n\n", "\n--! AllowInvalidHash\n\n", 1)}

CASES = [
    Case("order", {**chain("CREATE TABLE a ();", "CREATE TABLE b ();", name="{:06d}-with_a-name.sql"), "current.sql": "SELECT no;"}),
    Case("two", {**TWO, "committed/notes.sql": "SELECT no;"}),
    Case("late", chain("SELECT 1;"), second=chain("SELECT 1;", "CREATE TABLE b ();")),
    Case(
        "placeholders",
        chain("CREATE TABLE t (a text DEFAULT ':NAME', b text DEFAULT ':NAMES');\n-- :NAME"),
        placeholders={":NAME": "value"},
    ),
    Case("no_transaction", chain("CREATE TABLE a (i int);", "--! no-transaction\nCREATE INDEX CONCURRENTLY i ON a (i);")),
    Case("no_transaction_with_two", chain("--! no-transaction\nSELECT 1;\nVACUUM;"), fails=True),
    Case("no_transaction_failure", chain("--! no-transaction\nCREATE TABLE a ();\nSELECT no;"), fails=True),
    Case("failure", chain("CREATE TABLE a ();", "CREATE TABLE b (); SELECT no;", "SELECT 1;"), fails=True),
    Case("commit_inside", chain("CREATE TABLE a (); COMMIT; SELECT no;"), fails=True),
    Case("syntax_at_the_end", chain("COMMIT; CREATE TABLE a (); SELEC 1;"), fails=True),
    Case(
        "new_value_used",
        chain("CREATE TYPE e AS ENUM ('a');", "ALTER TYPE e ADD VALUE 'b'; CREATE TABLE t (e e DEFAULT 'b');"),
        fails=True,
    ),
    Case("new_value_used_later", chain("CREATE TYPE e AS ENUM ('a');", "ALTER TYPE e ADD VALUE 'b';", "SELECT 'b'::e;")),
    Case("edited", EDITED, refused=True),
    Case("edited_and_allowed", ALLOWED),
    Case("allowed_for_nothing", {n: t.replace("\n\n", "\n--! AllowInvalidHash\n\n", 1) for n, t in TWO.items()}, refused=True),
    Case("chain_broken", {n: t for n, t in TWO.items() if "000002" in n}, refused=True),
    Case("no_headers", {"committed/000001.sql": "SELECT 1;\n"}, refused=True),
]
