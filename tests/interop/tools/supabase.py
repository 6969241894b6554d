"""The Supabase CLI, by npm, in its generation that runs migrations in Go; supabase_typescript.py has the next one.

`supabase migration up` runs on any server, without Docker. The databases of the cases are plain ones, not Supabase's own, so that
pgassay's likeness of those is switched off. `db push` and `db reset` go through the same code; seeds are no part of `migration up`.
"""

import json
import shutil

from tool import Case, npm_install

TITLE = "Supabase"
FORMAT = "supabase"
VERSIONS = ["2.100.0"]
HISTORY = ["supabase_migrations.schema_migrations"]
IGNORED = []


def install(folder, version):
    npm_install(folder, f"supabase@{version}")


def call(run, *command):
    """In a project whose migrations are those of the case."""
    project = run.directory.parent / f"supabase-{run.case.name}-{run.database}"
    shutil.rmtree(project, ignore_errors=True)
    (project / "supabase").mkdir(parents=True)
    (project / "supabase" / "migrations").symlink_to(run.directory)
    if run.case.settings.get("cli") == "typescript":
        program, options = "supabase", [f"--remote={run.url}"]
    else:
        program, options = "supabase-go", [f"--db-url={run.url}", "--debug"]  # without --debug, it demands TLS
    return run.call(
        next(run.tool.glob(f"node_modules/@supabase/cli-*/bin/{program}")),
        *command,
        *options,
        "--yes",
        cwd=project,
        environment={"HOME": str(run.tool), "SUPABASE_TELEMETRY_DISABLED": "1", "DO_NOT_TRACK": "1"},
    )


def up(run):
    include = ["--include-all"] if run.case.settings.get("include-all") == "true" else []
    return call(run, "migration", "up", *include)


def case(name, *arguments, **options):
    settings = {"bootstrap": "false", **options.pop("settings", {})}
    return Case(name, *arguments, settings=settings, **options)


def one(name, text, **options):
    """A directory of one file."""
    return case(name, {"1_a.sql": text}, **options)


LETTERS = {
    "10_b.sql": "CREATE TABLE b ();",
    "1_a.sql": "DO $$ BEGIN IF to_regclass('b') IS NULL THEN CREATE TABLE a_came_first (); END IF; END $$;",
    "9_c.sql": "CREATE TABLE c ();",
}

CASES = [
    case(
        "names",
        {
            "20240101000000_a_b.sql": "CREATE TABLE a (id int);\nCREATE TABLE a2 (id int); -- two\n",
            "20240101000001_init.sql": "CREATE TABLE init ();",
            "20240102000000_.sql": "CREATE TABLE b (LIKE a);\r\nCREATE TABLE c (\r\n id int);\r\n",
            "20240102000001_x.y.sql": "CREATE TABLE d ();",
            "20240103000000.sql": "SELECT no;",
            "20240104000000-x.sql": "SELECT no;",
            "20240105000000_x.SQL": "SELECT no;",
            "20240106000000_x.sql.bak": "SELECT no;",
            "20240107000000_x.up.sql": "CREATE TABLE up ();",
            "a_1.sql": "SELECT no;",
            "seed.sql": "SELECT no;",
            "sub/20240108000000_x.sql": "SELECT no;",
            "9_ö b.sql": "COMMENT ON TABLE a IS 'ö €';",
        },
    ),
    case("directory_with_a_files_name", {"1_a.sql": "CREATE TABLE a ();", "2_b.sql/x.txt": "x"}),
    case("init_of_old", {"20211208235959_init.sql": "SELECT no;", "20211209000000_b.sql": "CREATE TABLE b ();"}),
    case("init_of_new", {"20211209000000_init.sql": "CREATE TABLE a ();"}),
    case(
        "init_with_more", {"20200101000000_my_init.sql": "CREATE TABLE a ();", "20200102000000_init.sql": "SELECT 1;"}
    ),
    case("init_behind", {"20200101000000_init.sql.sql": "CREATE TABLE a ();", "20220101000000_b.sql": "SELECT 1;"}),
    case("init_not_first", {"1_a.sql": "CREATE TABLE a ();", "20200101000000_init.sql": "CREATE TABLE b ();"}),
    case("letters", LETTERS, second=LETTERS, fails=True),
    case("duplicate", {"1_a.sql": "SELECT 1;", "1_b.sql": "SELECT 1;"}, refused=True),
    case("zeros", {"1_a.sql": "CREATE TABLE a ();", "01_b.sql": "CREATE TABLE b ();"}),
    one("empty", ""),
    one("only_a_comment", "-- nothing\n"),
    one("only_semicolons", " ;\n;; \n"),
    one("byte_order_mark", "\ufeffCREATE TABLE a ();", refused=True),
    one("not_utf8", b"COMMENT ON SCHEMA public IS '\xe9';", refused=True),
    # Cutting
    one(
        "comments",
        "-- a; ' $$\nCREATE TABLE a (id int /* b; /* c; */ ; ' */, -- ;\n t text);\n\n;; /* d */ ;\n"
        "/* e; */ CREATE TABLE b ();;\n--f\nCREATE TABLE c (); -- the end",
    ),
    one(
        "quotes",
        'CREATE TABLE "a;""b" (t text DEFAULT \'x;\'\'y\\\');\nCOMMENT ON TABLE "a;""b" IS U&\'\\00e9;\';\n'
        'COMMENT ON COLUMN "a;""b".t IS E\'a\\nb;\';\n',
    ),
    one("escaped_quote", "COMMENT ON SCHEMA public IS E'a\\';'; CREATE TABLE a ();", fails=True),
    one("backslash", "CREATE TABLE a (); SELECT 1 \\; SELECT 2;", fails=True),
    one(
        "dollars",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN /* ; */ RETURN 1; -- ';\nEND; $$;\n"
        "CREATE FUNCTION g(int) RETURNS text LANGUAGE sql AS $body_1$ SELECT $$;$$ || $x$;$x$ || $1; $body_1$;\n"
        "CREATE TABLE a$b (id int);\nPREPARE p AS SELECT $1::int; DEALLOCATE p;",
    ),
    one("dollars_with_letters", "DO $é$ BEGIN CREATE TABLE e (); END; $é$;", fails=True),
    one("dollars_in_a_name", "CREATE TABLE a$b$c (); CREATE TABLE d$b$e ();", fails=True),
    one("dollars_not_closed", "CREATE TABLE a (); DO $$ BEGIN NULL; END;", fails=True),
    one(
        "atomic",
        "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC\n  SELECT 1;\n  SELECT a;\nEND;\n"
        "CREATE PROCEDURE p() LANGUAGE sql begin\natomic SELECT 1; SELECT 2; end;\nCREATE TABLE after_f ();",
    ),
    one(
        "atomic_with_case",
        "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC\n"
        "  SELECT CASE WHEN a > 1 THEN 2 ELSE 3 END;\n  SELECT 2;\nEND;\nCREATE TABLE after_f ();\n",
        fails=True,
    ),
    one(
        "atomic_with_a_string",
        "CREATE FUNCTION f() RETURNS text LANGUAGE sql BEGIN ATOMIC\n  SELECT 'the end';\n  SELECT 'x';\nEND;\n"
        "CREATE TABLE after_f ();\n",
    ),
    one("atomic_and_append", "CREATE TABLE atomic (append int); SELECT append FROM atomic; CREATE TABLE b ();"),
    one(
        "parentheses",
        "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2); CREATE TABLE a ();",
        before="CREATE TABLE t ();",
    ),
    one(
        "nested_parentheses",
        "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT (1); SELECT 2); CREATE TABLE a ();",
        before="CREATE TABLE t ();",
        fails=True,
    ),
    one("parenthesis_in_a_string", "SELECT '(' || 'a'; CREATE TABLE a (t text DEFAULT '('); CREATE TABLE b ();"),
    one("parenthesis_in_a_comment", "CREATE TABLE a (id int -- (\n); CREATE TABLE b (); /* ( */ CREATE TABLE c ();"),
    one("parenthesis_not_closed", "CREATE TABLE a (); SELECT (1; CREATE TABLE b ();", fails=True),
    one("operators", "SELECT 1 - -1; SELECT 4 / 2; SELECT 1-2;SELECT 4/2; CREATE TABLE a ();"),
    one("copy", "CREATE TABLE a (id int);\nCOPY a FROM STDIN;\n1\n\\.\n", refused=True),
    one("copy_to_stdout", "CREATE TABLE a (id int);\nCOPY a TO STDOUT;\n"),
    one("meta_command", "\\set x 1\nCREATE TABLE a ();", fails=True),
    one("semicolon_unicode", "CREATE TABLE a ();\u00a0\u2003CREATE TABLE b ();\u00a0"),
    # Transactions
    one("concurrently_alone", "CREATE INDEX CONCURRENTLY i ON t (id);", before="CREATE TABLE t (id int);"),
    one(
        "concurrently_behind",
        "CREATE TABLE a (); CREATE INDEX CONCURRENTLY i ON t (id);",
        before="CREATE TABLE t (id int);",
        fails=True,
    ),
    one(
        "concurrently_first",
        "CREATE INDEX CONCURRENTLY i ON t (id); CREATE TABLE a ();",
        before="CREATE TABLE t (id int);",
    ),
    one(
        "concurrently_twice",
        "CREATE INDEX CONCURRENTLY i ON t (id); CREATE INDEX CONCURRENTLY j ON t (id);",
        before="CREATE TABLE t (id int);",
        fails=True,
    ),
    one(
        "concurrently_then_failure",
        "CREATE INDEX CONCURRENTLY i ON t (id); SELECT no;",
        before="CREATE TABLE t (id int);",
        fails=True,
    ),
    one(
        "concurrently_behind_a_setting",
        "SET lock_timeout = '1s'; CREATE INDEX CONCURRENTLY i ON t (id);",
        before="CREATE TABLE t (id int);",
        fails=True,
    ),
    one("drop_concurrently", "DROP INDEX CONCURRENTLY i;", before="CREATE TABLE t (id int); CREATE INDEX i ON t (id);"),
    one("reindex_concurrently", "REINDEX TABLE CONCURRENTLY t;", before="CREATE TABLE t (id int);"),
    one("vacuum", "VACUUM;"),
    one("vacuum_behind", "CREATE TABLE a (); VACUUM;", fails=True),
    one("alter_system", "ALTER SYSTEM SET work_mem = '5MB';"),
    case(
        "failure",
        {
            "1_a.sql": "CREATE TABLE a ();",
            "2_b.sql": "CREATE TABLE b ();\nSELECT no;\nCREATE TABLE bb ();",
            "3_c.sql": "CREATE TABLE c ();",
        },
        fails=True,
    ),
    one("syntax_at_the_end", "CREATE TABLE a (); SELEC 1;", fails=True),
    one("commit", "CREATE TABLE a (); COMMIT; CREATE TABLE b ();"),
    one("commit_then_failure", "CREATE TABLE a (); COMMIT; CREATE TABLE b (); SELECT no;", fails=True),
    one("begin_and_commit", "BEGIN; CREATE TABLE a (); COMMIT;"),
    one("begin_and_commit_then_failure", "BEGIN; CREATE TABLE a (); COMMIT; CREATE TABLE b (); SELECT no;", fails=True),
    one("begin_without_an_end", "BEGIN; CREATE TABLE a ();", stricter=True),
    one("rollback", "CREATE TABLE a (); ROLLBACK; CREATE TABLE b ();"),
    one(
        "enum", "CREATE TYPE e AS ENUM ('a'); ALTER TYPE e ADD VALUE 'b'; CREATE TABLE t (e e DEFAULT 'b');", fails=True
    ),
    case(
        "enum_use",
        {
            "1_a.sql": "CREATE TYPE e AS ENUM ('a');",
            "2_b.sql": "ALTER TYPE e ADD VALUE 'b'; CREATE TABLE t (e e DEFAULT 'b');",
        },
        fails=True,
    ),
    one(
        "deferred",
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int REFERENCES a DEFERRABLE INITIALLY DEFERRED); INSERT INTO b VALUES (1);",
        fails=True,
    ),
    one("session_settings_within", "SET search_path = s; CREATE TABLE a ();", before="CREATE SCHEMA s;"),
    case(
        "session_settings",
        {
            "1_a.sql": "SET search_path = s; SET lock_timeout = '7s'; CREATE TABLE a ();",
            "2_b.sql": "CREATE TABLE b AS SELECT current_setting('lock_timeout') = '0' AS zero; CREATE TABLE c ();",
        },
        before="CREATE SCHEMA s;",
    ),
    case(
        "role",
        {
            "1_a.sql": "SET ROLE pg_monitor;",
            "2_b.sql": "DO $$ BEGIN EXECUTE format('CREATE TABLE %I ()', current_user); END $$;",
        },
        fails=True,
    ),
    case("temporary_table", {"1_a.sql": "CREATE TEMPORARY TABLE x (id int);", "2_b.sql": "CREATE TABLE y (LIKE x);"}),
    case(
        "search_path_emptied",
        {
            "1_a.sql": "SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE public.a ();",
            "2_b.sql": "CREATE TABLE b ();",
        },
    ),
    one("no_transaction", "-- pg-delta: transaction=false\nCREATE TABLE a (); SELECT no;", fails=True),
    one("no_transaction_in_line_2", "-- x\n-- pg-delta: transaction=false\nCREATE TABLE a (); SELECT no;", fails=True),
    one("cluster", "CREATE TABLE a (); CLUSTER; CREATE TABLE b (); SELECT no;", fails=True),
    one(
        "concurrently_in_between",
        "CREATE TABLE a (); DROP INDEX CONCURRENTLY i; CREATE TABLE b (); SELECT no;",
        before="CREATE TABLE t (id int); CREATE INDEX i ON t (id);",
        fails=True,
    ),
    one("database", "CREATE TABLE a (); CREATE DATABASE interop_other;", fails=True),
    # The history
    case(
        "again",
        {"1_a.sql": "CREATE TABLE a ();"},
        second={"1_a.sql": "CREATE TABLE edited ();", "2_b.sql": "CREATE TABLE b ();"},
    ),
    case(
        "out_of_order",
        {"1_a.sql": "CREATE TABLE a ();", "3_c.sql": "CREATE TABLE c ();"},
        second={
            "1_a.sql": "CREATE TABLE a ();",
            "2_b.sql": "CREATE TABLE b ();",
            "3_c.sql": "CREATE TABLE c ();",
            "4_d.sql": "CREATE TABLE d ();",
        },
        fails=True,
    ),
    case(
        "included",
        {"1_a.sql": "CREATE TABLE a ();", "3_c.sql": "CREATE TABLE c ();"},
        second={
            "1_a.sql": "CREATE TABLE a ();",
            "2_b.sql": "CREATE TABLE b ();",
            "3_c.sql": "CREATE TABLE c ();",
            "4_d.sql": "CREATE TABLE d ();",
        },
        settings={"include-all": "true"},
    ),
    case(
        "gone",
        {"1_a.sql": "CREATE TABLE a ();", "2_b.sql": "CREATE TABLE b ();"},
        second={"1_a.sql": "CREATE TABLE a ();", "3_c.sql": "CREATE TABLE c ();"},
        fails=True,
    ),
    case(
        "gone_last",
        {"1_a.sql": "CREATE TABLE a ();", "2_b.sql": "CREATE TABLE b ();"},
        second={"1_a.sql": "CREATE TABLE a ();"},
        fails=True,
    ),
    case(
        "gone_and_included",
        {"1_a.sql": "CREATE TABLE a ();", "2_b.sql": "CREATE TABLE b ();"},
        second={"1_a.sql": "CREATE TABLE a ();", "3_c.sql": "CREATE TABLE c ();"},
        settings={"include-all": "true"},
        fails=True,
    ),
    case("after_a_failure", {"1_a.sql": "SELECT no;"}, second={"1_a.sql": "CREATE TABLE a ();"}),
    case(
        "after_a_failure_mended",
        {"1_a.sql": "CREATE INDEX CONCURRENTLY i ON t (no);"},
        second={"1_a.sql": "CREATE INDEX CONCURRENTLY i ON t (id);"},
        before="CREATE TABLE t (id int);",
    ),
    case(
        "history_of_old",
        {"1_a.sql": "SELECT no;", "2_b.sql": "CREATE TABLE b ();"},
        before="CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY); INSERT INTO supabase_migrations.schema_migrations VALUES ('1');",
    ),
    case(
        "history_of_old_and_nothing_to_do",
        {"1_a.sql": "SELECT no;"},
        before="CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY); INSERT INTO supabase_migrations.schema_migrations VALUES ('1');",
    ),
    case(
        "history_sorted_by_text",
        {"1_a.sql": "CREATE TABLE a ();", "9_b.sql": "CREATE TABLE b ();"},
        second={"1_a.sql": "CREATE TABLE a ();", "9_b.sql": "CREATE TABLE b ();", "10_c.sql": "CREATE TABLE c ();"},
        fails=True,
    ),
    one("history_dropped", "CREATE TABLE a (); DROP TABLE supabase_migrations.schema_migrations;", fails=True),
    case("no_files", {"readme.md": "x"}, stricter=True),
]
