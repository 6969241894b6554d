"""refinery_cli, built by cargo."""
from tool import Case, cargo_install

TITLE = "refinery"
FORMAT = "refinery"
VERSIONS = ["0.10.0"]
HISTORY = ["public.refinery_schema_history"]
IGNORED = ["applied_on"]


def install(folder, version):
    cargo_install(folder, f"refinery_cli@{version}", "--no-default-features", "--features", "postgresql")


# The program aborts only if it is configured to; the library, and pgassay, unless they are configured not to.
def up(run):
    settings = run.case.settings
    options = ["-d"] if settings.get("abort-divergent") != "false" else []
    options += ["-m"] if settings.get("abort-missing") != "false" else []
    options += ["-g"] if settings.get("grouped") == "true" else []
    options += ["-t", settings["target"]] if "target" in settings else []
    options += ["--table-name", run.case.history_table] if run.case.history_table else []
    return run.call(run.tool / "bin" / "refinery", "migrate", "-e", "DATABASE_URL", "-p", run.directory, *options)


A = "CREATE TABLE a ();"
HISTORY_TABLE = (
    "CREATE TABLE refinery_schema_history (version int4 PRIMARY KEY, name varchar(255), applied_on varchar(255),"
    " checksum varchar(255));"
)

CASES = [
    Case(
        "order",
        {
            "V10__ten.sql": "CREATE TABLE ten (i int REFERENCES two);\r\nCREATE TABLE more ();\r\n",
            "V2__two.sql": "CREATE TABLE two (i int PRIMARY KEY);",
            "V003__three_3.sql": "CREATE TABLE three ();",
            "U4__four.sql": "CREATE TABLE four ();",
            "V0__zero.sql": "",
            "deep/er/V11__größe.sql": "-- nothing but a comment",
            "U2147483647__last.sql": "SELECT 'größe'",
        },
    ),
    Case(
        "names_passed_over",
        {
            "V1__a.sql": A,
            "v2__b.sql": "SELECT no;",
            "V3_c.sql": "SELECT no;",
            "V4__d-e.sql": "SELECT no;",
            "V5__f.SQL": "SELECT no;",
            "V6__.sql": "SELECT no;",
            "V7__g.h.sql": "SELECT no;",
            "R__i.sql": "SELECT no;",
            "V8__j.sql.bak": "SELECT no;",
            "V9__k.rs": "no",
            "V__l.sql": "SELECT no;",
            "V1_1__m.sql": "SELECT no;",
            "README.md": "",
        },
    ),
    Case("late_v", {"V1__a.sql": A, "V3__c.sql": ""}, second={"V1__a.sql": A, "V2__b.sql": "SELECT 1;", "V3__c.sql": ""}, fails=True),
    Case(
        "late_v_without_abort",
        {"V1__a.sql": A, "V3__c.sql": ""},
        second={"V1__a.sql": A, "V2__b.sql": "CREATE TABLE b ();", "V3__c.sql": "", "V4__d.sql": "CREATE TABLE d ();"},
        settings={"abort-missing": "false"},
    ),
    Case(
        "late_u",
        {"V1__a.sql": A, "V3__c.sql": ""},
        second={"V1__a.sql": A, "U2__b.sql": "CREATE TABLE b ();", "V3__c.sql": "", "V4__d.sql": ""},
    ),
    Case("u_makes_v_late", {"U5__e.sql": ""}, second={"U5__e.sql": "", "V4__d.sql": "CREATE TABLE d ();"}, fails=True),
    Case("divergent_text", {"V1__a.sql": A}, second={"V1__a.sql": A + "\n", "V2__b.sql": "SELECT 1;"}, fails=True),
    Case("divergent_name", {"V1__a.sql": A}, second={"V1__b.sql": A, "V2__b.sql": "SELECT 1;"}, fails=True),
    Case(
        "divergent_without_abort",
        {"V1__a.sql": A},
        second={"V1__b.sql": "SELECT no;", "V2__b.sql": "CREATE TABLE b ();"},
        settings={"abort-divergent": "false"},
    ),
    Case("prefix_is_no_difference", {"V1__a.sql": A}, second={"U1__a.sql": A, "V2__b.sql": "SELECT 1;"}),
    Case("gone", {"V1__a.sql": A, "V2__b.sql": ""}, second={"V2__b.sql": "", "V3__c.sql": ""}, fails=True),
    Case(
        "gone_without_abort",
        {"V1__a.sql": A, "V2__b.sql": ""},
        second={"V2__b.sql": "", "V3__c.sql": "CREATE TABLE c ();"},
        settings={"abort-missing": "false"},
    ),
    Case("failure", {"V1__a.sql": A, "V2__b.sql": "CREATE TABLE b (); SELECT no;", "V3__c.sql": "SELECT 1;"}, fails=True),
    Case("syntax_at_the_end", {"V1__a.sql": "COMMIT; CREATE TABLE a (); SELEC 1;"}, fails=True),
    Case("commit_inside", {"V1__a.sql": "CREATE TABLE a (); COMMIT; CREATE TABLE b ();"}),
    Case("commit_inside_failure", {"V1__a.sql": "CREATE TABLE a (); COMMIT; CREATE TABLE b (); SELECT no;"}, fails=True),
    Case("concurrently", {"V1__a.sql": "CREATE TABLE a (i int);", "V2__i.sql": "CREATE INDEX CONCURRENTLY i ON a (i);"}, fails=True),
    Case(
        "new_value_used",
        {"V1__a.sql": "CREATE TYPE e AS ENUM ('a');", "V2__b.sql": "ALTER TYPE e ADD VALUE 'b'; CREATE TABLE t (e e DEFAULT 'b');"},
        fails=True,
    ),
    # The row comes after COMMIT: what the script did stays when it cannot be written.
    Case("a_search_path_loses_the_row", {"V1__a.sql": "CREATE SCHEMA s; SET search_path = s; CREATE TABLE a ();"}, fails=True),
    Case("a_setting_stays", {"V1__a.sql": "CREATE SCHEMA s; SET search_path = public, s;", "V2__b.sql": "CREATE TABLE b ();"}),
    Case("long_name", {f"V1__{'a' * 230}.sql": A}),
    Case("grouped", {"V1__a.sql": "CREATE TABLE a (i int);", "V2__b.sql": "CREATE INDEX b ON a (i);"}, settings={"grouped": "true"}),
    Case(
        "grouped_failure",
        {"V1__a.sql": A, "V2__b.sql": "CREATE TABLE b ();", "V3__c.sql": "SELECT no;"},
        settings={"grouped": "true"},
        fails=True,
    ),
    Case(
        "grouped_new_value_used",
        {"V1__a.sql": "CREATE TYPE e AS ENUM ('a');", "V2__b.sql": "ALTER TYPE e ADD VALUE 'b';", "V3__c.sql": "SELECT 'b'::e;"},
        settings={"grouped": "true"},
        fails=True,
    ),
    Case(
        "grouped_commit_inside",
        {"V1__a.sql": A, "V2__b.sql": "CREATE TABLE b (); COMMIT;", "V3__c.sql": "CREATE TABLE c (); SELECT no;"},
        settings={"grouped": "true"},
        fails=True,
    ),
    Case("target", {"V1__a.sql": A, "U2__b.sql": "", "V3__c.sql": "CREATE TABLE c ();"}, settings={"target": "2"}),
    Case(
        "history_table",
        {"V1__a.sql": A},
        history_table="done",
        history=["public.done"],
        second={"V1__a.sql": A, "V2__b.sql": ""},
    ),
    Case("history_is_there", {"V1__a.sql": A, "V2__b.sql": ""}, before=HISTORY_TABLE),
    Case("version_too_large", {"V1__a.sql": "", "V20240504090241__b.sql": ""}, refused=True),
    Case("version_with_a_point", {"V1.1__a.sql": ""}, refused=True),
    Case("bar", {"V1__a.sql": "", "|2__b.sql": ""}, refused=True),
    Case("duplicate", {"V1__a.sql": "", "U01__b.sql": ""}, refused=True),
    Case("duplicate_file", {"V1__a.sql": "", "x/V1__a.sql": ""}, refused=True),
    Case("byte_order_mark", {"V1__a.sql": "\ufeffCREATE TABLE a ();"}, refused=True),
    Case("not_utf_8", {"V1__a.sql": b"SELECT '\xe4'"}, refused=True),
]
