"""Atlas's own command, built from its Go module.

Of that module, 0.13.1 is the last version that has a tag, and it needs a newer golang.org/x/tools than it names to be built by today's Go.
It has no checkpoints and no --exec-order yet, and cuts some statements in another way than later ones.
"""

import base64
import hashlib
import os

from tool import Case, find, install_by

TITLE = "Atlas"
FORMAT = "atlas"
VERSIONS = ["0.13.1"]
HISTORY = ["atlas_schema_revisions.atlas_schema_revisions"]
IGNORED = [
    "executed_at",
    "execution_time",
    "operator_version",
    "partial_hashes",  # 0.13 leaves them there when the file is through
    "error",  # its wording is that of the driver's version
]
COMMAND = "ariga.io/atlas/cmd/atlas"
TOOLS = "golang.org/x/tools@v0.36.0"


def install(folder, version):
    """go install takes no module that has replace directives, so that a module of our own requires it."""
    go = find("go", "/usr/local/go/bin")
    environment = dict(os.environ, GOFLAGS="-mod=mod")
    (folder / "go.mod").write_text(
        f"module interop\n\ngo 1.21\n\nrequire (\n\tariga.io/atlas v{version}\n\t{COMMAND} v{version}\n)\n", encoding="utf-8"
    )
    (folder / "tools.go").write_text(f'//go:build tools\n\npackage tools\n\nimport _ "{COMMAND}"\n', encoding="utf-8")
    install_by(go, "get", TOOLS, cwd=folder, env=environment)
    install_by(go, "build", "-o", "atlas", COMMAND, cwd=folder, env=environment)


def up(run):
    options = []
    for name, value in run.case.settings.items():
        if name != "checkpoints":  # of pgassay alone
            options.append(f"--{name}" if value == "true" else f"--{name}={value}")
    directory = f"file://{run.directory}"
    arguments = ["--dir", directory, "--url", run.url, "--lock-timeout", "1s", *options]
    return run.call(run.tool / "atlas", "migrate", "apply", *arguments, environment={"ATLAS_NO_UPDATE_NOTIFIER": "1"})


def add_sum(files):
    """The files and their atlas.sum."""
    if files is None or "atlas.sum" in files:
        return files
    state, total, lines = hashlib.sha256(), hashlib.sha256(), ""
    for name in sorted(name for name in files if name.endswith(".sql") and "/" not in name):
        text = files[name]
        state.update(name.encode() + (text if isinstance(text, bytes) else text.encode()))
        digest = base64.b64encode(state.digest()).decode()
        total.update(name.encode() + digest.encode())
        lines += f"{name} h1:{digest}\n"
    return {**files, "atlas.sum": f"h1:{base64.b64encode(total.digest()).decode()}\n{lines}"}


def case(name, files, second=None, **options):
    return Case(name, add_sum(files), add_sum(second), **options)


def one(name, text, **options):
    """A directory of one file."""
    return case(name, {"1_a.sql": text}, **options)


NONE = "-- atlas:txmode none\n\n"
T = {"before": "CREATE TABLE t (id int);", "settings": {"allow-dirty": "true"}}
LATER = (0, 14)  # what 0.13 does not have, or does in another way

CASES = [
    case(
        "names",
        {
            "20240101000000_a_b.sql": "CREATE TABLE a (id int);\nCREATE TABLE a2 (id int); -- two\n",
            "20240102000000.sql": "CREATE TABLE b (LIKE a);\r\nCREATE TABLE c (\r\n id int);\r\n",
            "3_x.y.sql": "CREATE TABLE d ();",
            "4_.sql": "CREATE TABLE e ();",
            "5_x.up.sql": "CREATE TABLE f ();",
            "6_x.down.sql": "CREATE TABLE g ();",
            "letters.sql": "CREATE TABLE h ();",
            "7_x.SQL": "SELECT no;",
            "8_x.sql.bak": "SELECT no;",
            "sub/9_x.sql": "SELECT no;",
            "9_ö.sql": "COMMENT ON TABLE a IS 'ö €';",
        },
    ),
    case(
        "letters",
        {"10_b.sql": "CREATE TABLE b ();", "1_a.sql": "CREATE TABLE a ();", "9_c.sql": "CREATE TABLE c (LIKE a);"},
    ),
    case("duplicate", {"1_a.sql": "CREATE TABLE a ();", "1_b.sql": "CREATE TABLE b ();"}, refused=True),
    one("empty", ""),
    one("only_a_comment", "-- nothing\n"),
    one("only_a_comment_without_a_line_end", "-- nothing"),
    one("only_semicolons", " ;\n;; \n"),
    one("byte_order_mark", "\ufeffCREATE TABLE a ();", refused=True),
    case("no_files", {"readme.md": "x"}, stricter=True),
    # atlas.sum
    case("no_sum", {"1_a.sql": "SELECT 1;", "atlas.sum": ""}, refused=True),
    case(
        "edited",
        {"1_a.sql": "CREATE TABLE a ();", "atlas.sum": add_sum({"1_a.sql": "CREATE TABLE b ();"})["atlas.sum"]},
        refused=True,
    ),
    case(
        "added",
        {"1_a.sql": "SELECT 1;", "2_b.sql": "SELECT 1;", "atlas.sum": add_sum({"1_a.sql": "SELECT 1;"})["atlas.sum"]},
        refused=True,
    ),
    case(
        "removed",
        {"1_a.sql": "SELECT 1;", "atlas.sum": add_sum({"1_a.sql": "SELECT 1;", "2_b.sql": "SELECT 1;"})["atlas.sum"]},
        refused=True,
    ),
    case(
        "sum_of_windows",
        {"1_a.sql": "SELECT 1;", "atlas.sum": add_sum({"1_a.sql": "SELECT 1;"})["atlas.sum"].replace("\n", "\r\n")},
    ),
    case(
        "sum_without_its_total",
        {"1_a.sql": "SELECT 1;", "atlas.sum": add_sum({"1_a.sql": "SELECT 1;"})["atlas.sum"].split("\n", 1)[1]},
        refused=True,
    ),
    # Statements
    one(
        "statements",
        "-- about; a\nCREATE TABLE a (id int /* b; */, -- ;\n t text DEFAULT 'x;''y');\n\n"
        '/* e; */ CREATE TABLE "b;" ();\n--f\nCREATE TABLE c (); -- the end\n',
    ),
    one(
        "dollars",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN /* ; */ RETURN 1; -- ';\nEND; $$;\n"
        "CREATE FUNCTION g(int) RETURNS text LANGUAGE sql AS $body_1$ SELECT $$;$$ || $x$;$x$ || $1; $body_1$;\n"
        "DO $é$ BEGIN CREATE TABLE e (); END; $é$;\n",
    ),
    one(
        "atomic",
        "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC\n  SELECT 1;\n"
        "  SELECT CASE WHEN a > 1 THEN 2 ELSE 3 END;\nEND;\nCREATE TABLE after_f ();",
        since=LATER,
    ),
    one("rule", "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT (1); SELECT 2); CREATE TABLE a ();", **T),
    one("delimiter", "-- atlas:delimiter \\n\\n\\n\n\nCREATE TABLE a (); CREATE TABLE b ();\n\n\nCREATE TABLE c ();\n"),
    one("delimiter_of_words", "-- atlas:delimiter -- end\nCREATE TABLE a ();\n-- end\nCREATE TABLE b ();\n-- end\n"),
    one("delimiter_in_line_2", "-- x\n-- atlas:delimiter \\n\\n\n\nCREATE TABLE a (); CREATE TABLE b ();\n"),
    one("escaped_quote", "COMMENT ON SCHEMA public IS E'it\\'s'; CREATE TABLE a ();", refused=True, since=LATER),
    one("backslash", "COMMENT ON SCHEMA public IS E'a\\\\'; CREATE TABLE a (t text DEFAULT '\\');", since=LATER),
    one("not_closed", "CREATE TABLE a (id int;", refused=True),
    one("begin_and_end", "BEGIN;\nCREATE TABLE a ();\nCOMMIT;\n", fails=True),
    one("begin_block", "BEGIN TRANSACTION; CREATE TABLE a (); END;\nCREATE TABLE b ();", fails=True, since=LATER),
    # Transactions
    case(
        "failure",
        {
            "1_a.sql": "CREATE TABLE a ();",
            "2_b.sql": "CREATE TABLE b ();\nSELECT no;\nCREATE TABLE bb ();",
            "3_c.sql": "CREATE TABLE c ();",
        },
        fails=True,
    ),
    case(
        "failure_of_all",
        {"1_a.sql": "CREATE TABLE a ();", "2_b.sql": "SELECT no;"},
        settings={"tx-mode": "all"},
        fails=True,
    ),
    case(
        "all",
        {
            "1_a.sql": "CREATE TABLE a (x xid8 DEFAULT pg_current_xact_id());\nINSERT INTO a DEFAULT VALUES;",
            "2_b.sql": "INSERT INTO a DEFAULT VALUES;\nDO $$ BEGIN\nIF (SELECT count(DISTINCT x::text) FROM a) = 1 THEN CREATE TABLE one_transaction (); END IF; END $$;",
        },
        settings={"tx-mode": "all"},
    ),
    case(
        "none",
        {"1_a.sql": "CREATE TABLE a (id int);", "2_b.sql": "CREATE INDEX CONCURRENTLY i ON a (id);\nVACUUM a;"},
        settings={"tx-mode": "none"},
    ),
    case(
        "none_and_failure",
        {"1_a.sql": "CREATE TABLE a ();", "2_b.sql": "CREATE TABLE b ();\nSELECT no;\nCREATE TABLE c ();"},
        settings={"tx-mode": "none"},
        fails=True,
    ),
    case(
        "none_and_failure_at_first",
        {"1_a.sql": "SELECT no;\nCREATE TABLE c ();"},
        settings={"tx-mode": "none"},
        fails=True,
    ),
    case(
        "resumed",
        {"1_a.sql": NONE + "CREATE TABLE b ();\nINSERT INTO d VALUES (1);\nCREATE TABLE c ();"},
        second={
            "1_a.sql": NONE + "CREATE TABLE b ();\nCREATE TABLE d ();\nCREATE TABLE c ();",
            "2_b.sql": "CREATE TABLE e ();",
        },
        since=LATER,
    ),
    case(
        "resumed_and_longer",
        {"1_a.sql": NONE + "CREATE TABLE b ();\nINSERT INTO d VALUES (1);"},
        second={"1_a.sql": NONE + "CREATE TABLE b ();\nCREATE TABLE d ();\nCREATE TABLE c ();"},
        pending=True,
        since=LATER,
    ),
    case(
        "resumed_but_edited",
        {"1_a.sql": NONE + "CREATE TABLE b ();\nINSERT INTO d VALUES (1);\nCREATE TABLE c ();"},
        second={"1_a.sql": NONE + "CREATE TABLE edited ();\nCREATE TABLE d ();\nCREATE TABLE c ();"},
        fails=True,
    ),
    case(
        "resumed_and_failed",
        {"1_a.sql": NONE + "CREATE TABLE b ();\nSELECT no;\nCREATE TABLE c ();"},
        second={"1_a.sql": NONE + "CREATE TABLE b ();\nCREATE TABLE d ();\nSELECT no;"},
        fails=True,
    ),
    case(
        "concurrently",
        {
            "1_a.sql": "CREATE TABLE a (id int);",
            "2_b.sql": NONE + "SET lock_timeout = '9s';\nCREATE INDEX CONCURRENTLY i ON a (id);",
            "3_c.sql": "CREATE INDEX CONCURRENTLY j ON a (id);",
        },
        fails=True,
    ),
    one(
        "directive_without_an_empty_line",
        "-- atlas:txmode none\nCREATE INDEX CONCURRENTLY i ON t (id);",
        fails=True,
        **T,
    ),
    one(
        "directive_behind_a_comment", "-- x\n-- atlas:txmode none\n-- y\n\nCREATE INDEX CONCURRENTLY i ON t (id);", **T
    ),
    one("directive_of_windows", "-- atlas:txmode none\r\n\r\nCREATE INDEX CONCURRENTLY i ON t (id);", fails=True, **T),
    one("directive_unknown", "-- atlas:txmode some\n\nCREATE TABLE a ();", refused=True),
    one("directive_all", "-- atlas:txmode all\n\nCREATE TABLE a ();", refused=True),
    one("directive_twice", "-- atlas:txmode none\n-- atlas:txmode file\n\nCREATE TABLE a ();", refused=True),
    one("directive_against_all", NONE + "CREATE TABLE a ();", settings={"tx-mode": "all"}, refused=True),
    one(
        "directive_against_none",
        "-- atlas:txmode file\n\nCREATE TABLE a ();",
        settings={"tx-mode": "none"},
        stricter=True,
    ),
    one("commit", "CREATE TABLE a ();\nCOMMIT;\nCREATE TABLE b ();", fails=True),
    case(
        "session_settings",
        {
            "1_a.sql": "SET lock_timeout = '7s'; CREATE TABLE a ();",
            "2_b.sql": "DO $$ BEGIN EXECUTE format('CREATE TABLE %I ()', current_setting('lock_timeout')); END $$;",
        },
    ),
    case(
        "enum",
        {
            "1_a.sql": "CREATE TYPE e AS ENUM ('a');",
            "2_b.sql": "ALTER TYPE e ADD VALUE 'b';\nCREATE TABLE t (e e DEFAULT 'b');",
        },
        fails=True,
    ),
    # The history
    case(
        "again",
        {"1_a.sql": "CREATE TABLE a ();"},
        second={"1_a.sql": "CREATE TABLE edited ();", "2_b.sql": "CREATE TABLE b ();"},
    ),
    case(
        "gone",
        {"1_a.sql": "CREATE TABLE a ();", "2_b.sql": "CREATE TABLE b ();"},
        second={"2_b.sql": "CREATE TABLE b ();", "3_c.sql": "CREATE TABLE c ();"},
    ),
    case(
        "gone_last",
        {"1_a.sql": "CREATE TABLE a ();", "2_b.sql": "CREATE TABLE b ();"},
        second={"1_a.sql": "CREATE TABLE a ();"},
    ),
    case(
        "gone_last_and_more",
        {"1_a.sql": "CREATE TABLE a ();", "2_b.sql": "CREATE TABLE b ();"},
        second={"1_a.sql": "CREATE TABLE a ();", "3_c.sql": "CREATE TABLE c ();"},
    ),
    one("dirty", "CREATE TABLE a ();", before="CREATE TABLE old ();", fails=True),
    one("dirty_allowed", "CREATE TABLE a ();", before="CREATE TABLE old ();", settings={"allow-dirty": "true"}),
    one("dirty_by_a_schema", "CREATE TABLE a ();", before="CREATE SCHEMA s;", fails=True),
    one("dirty_by_a_view", "CREATE TABLE a ();", before="CREATE VIEW v AS SELECT 1;", fails=False),
    one(
        "dirty_by_a_function_and_a_type", "CREATE TABLE a ();", before="CREATE TYPE e AS ENUM ('a'); CREATE SEQUENCE s;"
    ),
    # Features that 0.13 lacks
    case(
        "checkpoint",
        {
            "1_a.sql": "SELECT no;",
            "2_b.sql": "-- atlas:checkpoint\n\nCREATE TABLE b ();",
            "3_c.sql": "CREATE TABLE c ();",
        },
        since=LATER,
    ),
    case(
        "checkpoint_later",
        {"1_a.sql": "CREATE TABLE a ();"},
        second={
            "1_a.sql": "CREATE TABLE a ();",
            "2_b.sql": "-- atlas:checkpoint\n\nSELECT no;",
            "3_c.sql": "CREATE TABLE c ();",
        },
        settings={"checkpoints": "false"},
        since=LATER,
    ),
    case(
        "checkpoint_failed",
        {
            "1_a.sql": "SELECT no;",
            "2_b.sql": "-- atlas:checkpoint\n-- atlas:txmode none\n\nCREATE TABLE b ();\nINSERT INTO d VALUES (1);",
        },
        second={
            "1_a.sql": "SELECT no;",
            "2_b.sql": "-- atlas:checkpoint\n-- atlas:txmode none\n\nCREATE TABLE b ();\nCREATE TABLE d ();",
        },
        since=LATER,
    ),
    case(
        "late",
        {"1_a.sql": "CREATE TABLE a ();", "3_c.sql": "CREATE TABLE c ();"},
        second={"1_a.sql": "CREATE TABLE a ();", "2_b.sql": "CREATE TABLE b ();", "3_c.sql": "CREATE TABLE c ();"},
        fails=True,
        since=LATER,
    ),
    case(
        "late_and_skipped",
        {"1_a.sql": "CREATE TABLE a ();", "3_c.sql": "CREATE TABLE c ();"},
        second={"1_a.sql": "CREATE TABLE a ();", "2_b.sql": "CREATE TABLE b ();", "3_c.sql": "CREATE TABLE c ();"},
        settings={"exec-order": "linear-skip"},
        since=LATER,
    ),
    case(
        "late_and_run",
        {"1_a.sql": "CREATE TABLE a ();", "3_c.sql": "CREATE TABLE c ();"},
        second={
            "1_a.sql": "CREATE TABLE a ();",
            "2_b.sql": "CREATE TABLE b ();",
            "3_c.sql": "CREATE TABLE c ();",
            "4_d.sql": "CREATE TABLE d ();",
        },
        settings={"exec-order": "non-linear"},
        since=LATER,
    ),
]
