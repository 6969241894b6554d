"""diesel_cli, built by cargo with the libpq of this machine."""
from tool import Case, cargo_install

TITLE = "Diesel"
FORMAT = "diesel"
VERSIONS = ["2.2.12"]
HISTORY = ["public.__diesel_schema_migrations"]
IGNORED = ["run_on"]


def install(folder, version):
    cargo_install(folder, f"diesel_cli@{version}", "--no-default-features", "--features", "postgres")


def diesel(run, *arguments):
    return run.call(
        run.tool / "bin" / "diesel",
        "migration",
        *arguments,
        "--migration-dir",
        run.directory,
        "--database-url",
        run.url,
        cwd=run.tool,
    )


def up(run):
    return diesel(run, "run")


def down(run):
    return diesel(run, "revert")


def pending(run):
    output = diesel(run, "list").output
    return "\n".join(line.strip() for line in output.splitlines() if "[ ]" in line)


CASES = [
    Case(
        "order",
        {
            "2015-12-19-180527_users/up.sql": "CREATE TABLE users (id int);\r\nCREATE TABLE more ();\r\n",
            "2015-12-19-180527_users/down.sql": "DROP TABLE users; DROP TABLE more;",
            "00000000000000_diesel_initial_setup/up.sql": "CREATE TABLE zero ();",
            "00000000000000_diesel_initial_setup/down.sql": "DROP TABLE zero;",
            "3_c/up.sql": "CREATE TABLE c ();",
            "3_c/down.sql": "DROP TABLE c;",
            "20_b/up.sql": "SELECT 1;",
            "20_b/down.sql": "SELECT 1;",
            "noversion/up.sql": "CREATE TABLE n ();",
            "noversion/down.sql": "DROP TABLE n;",
            "stray.sql": "SELECT no;",
        },
        downs=5,
    ),
    Case(
        "metadata",
        {
            "1_a/up.sql": "CREATE TABLE a (i int);",
            "1_a/down.sql": "DROP TABLE a;",
            "2_b/up.sql": "CREATE INDEX CONCURRENTLY i ON a (i);",
            "2_b/down.sql": "DROP INDEX CONCURRENTLY i;",
            "2_b/metadata.toml": "run_in_transaction = false\n",
            "3_c/up.sql": "DROP INDEX CONCURRENTLY i;",
            "3_c/down.sql": "CREATE INDEX CONCURRENTLY i ON a (i);",
            "3_c/metadata.toml": "# without the key, it is false\n",
        },
        downs=3,
    ),
    Case("metadata_broken", {"1_a/up.sql": "VACUUM;", "1_a/metadata.toml": "run_in_transaction = = false"}, fails=True),
    Case(
        "no_transaction_with_two_statements",
        {
            "1_a/up.sql": "CREATE TABLE a (i int);",
            "2_b/up.sql": "SELECT 1; CREATE INDEX CONCURRENTLY i ON a (i);",
            "2_b/metadata.toml": "run_in_transaction = false\n",
        },
        fails=True,
    ),
    Case(
        "no_transaction_failure",
        {"1_a/up.sql": "CREATE TABLE a (); SELECT no;", "1_a/metadata.toml": "run_in_transaction = false\n"},
        fails=True,
    ),
    Case("failure", {"1_a/up.sql": "CREATE TABLE a ();", "2_b/up.sql": "CREATE TABLE b (); SELECT no;"}, fails=True),
    Case("syntax_at_the_end", {"1_a/up.sql": "COMMIT; CREATE TABLE a (); SELEC 1;"}, fails=True),
    Case("commit_inside_failure", {"1_a/up.sql": "CREATE TABLE a (); COMMIT; SELECT no;"}, fails=True),
    Case("commit_inside", {"1_a/up.sql": "CREATE TABLE a (); COMMIT; CREATE TABLE b ();"}, fails=True),
    Case("concurrently", {"1_a/up.sql": "CREATE TABLE a (i int);", "2_b/up.sql": "CREATE INDEX CONCURRENTLY i ON a (i);"}, fails=True),
    Case(
        "a_setting_stays",
        {"1_a/up.sql": "CREATE SCHEMA s; SET search_path = s, public;", "2_b/up.sql": "CREATE TABLE b ();"},
    ),
    Case(
        "late",
        {"1_a/up.sql": "CREATE TABLE a ();", "3_c/up.sql": "CREATE TABLE c ();"},
        second={"1_a/up.sql": "CREATE TABLE e ();", "2_b/up.sql": "CREATE TABLE b ();", "3_c/up.sql": "SELECT 1"},
    ),
    Case("no_way_down", {"1_a/up.sql": "CREATE TABLE a ();"}, downs=1),
    Case("no_up", {"1_a/up.sql": "SELECT 1", "2_b/down.sql": "SELECT 1"}, refused=True),
    Case("empty", {"1_a/up.sql": ""}, refused=True),
    Case("nothing_but_a_comment", {"1_a/up.sql": "-- nothing\n"}, refused=True),
    Case("byte_order_mark", {"1_a/up.sql": "\ufeffCREATE TABLE a ();"}, refused=True),
]
