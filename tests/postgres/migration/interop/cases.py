#!/usr/bin/env python3
"""Writes the directories of migrations that script/interop-flyway gives to both runners.

usage: cases.py FOLDER

Each case is a folder of files: "before.psql" is run by psql first, "flyway.conf" is the configuration, "exit-only" says
that pgassay refuses the files before it looks at the database, and "since" which version of Flyway reads them. The folder
NAME.second is what NAME has become when both are run a second time.
"""
import pathlib
import sys

CASES = {
    "names": {
        "V001__create_users_table.sql": "CREATE TABLE a (id int);\n",
        "V1_2__b_c.SQL": "CREATE TABLE b (id int);\n",
        "V1.10__c.sql": "CREATE TABLE c (id int);\r\n",
        "V2.sql": "CREATE TABLE d (id int);",
        "V3__.sql": "SELECT 1;",
        "V4__a__b.sql": "",
        "V12___x_.sql": "-- only a comment\n",
        "V013__with blank.sql": "\ufeffCREATE TABLE e (id int);\r-- x\r\n",
        "V014__\u00f6.sql": "COMMENT ON TABLE e IS '\u00f6 \u20ac';\n\n",
        "sub/V15__deep.sql": "CREATE TABLE f (id int);",
        "v16__small.sql": "SELECT no;",
        "V17a__letter.sql": "SELECT no;",
        "V18_.sql": "SELECT no;",
        "V19-x.sql": "SELECT no;",
        "V20__x.sql.bak": "SELECT no;",
        "R1__x.sql": "SELECT no;",
        "R__b_view.sql": "CREATE OR REPLACE VIEW v AS SELECT 1 AS x;\n",
        "R__B_view.sql": "CREATE OR REPLACE VIEW w AS SELECT 1 AS x;\n",
        "V123456789012345678901234567890__x.sql": "SELECT 1",
        f"V21__{'x' * 210}.sql": "SELECT 1",
    },
    "placeholders": {
        "flyway.conf": "flyway.placeholders.Name=long value\nflyway.placeholders.table=t\nflyway.table=my_history\n",
        "V1__a.sql": "CREATE TABLE ${table} (a text DEFAULT '${name}'); -- ${NAME}\n"
        "COMMENT ON TABLE ${table} IS '${flyway:filename} ${flyway:table} ${flyway:defaultSchema}';\n",
        "V2__b.sql": "DO $$ BEGIN EXECUTE $x$ CREATE TABLE ${table}2 (a int) $x$; END $$;",
        "V4__d.sql": "COMMENT ON TABLE t2 IS '${not_replaced}';",
        "V4__d.sql.conf": "placeholderReplacement=false\n",
        "R__v.sql": "CREATE OR REPLACE VIEW v AS SELECT '${name}'::text AS x;",
    },
    "placeholder_unknown": {"exit-only": "", "V1__a.sql": "SELECT '${nothing}';"},
    "schemas": {
        "flyway.conf": "flyway.schemas=app,Other\nflyway.defaultSchema=app\n",
        "V1__a.sql": "CREATE TABLE a (id int);\nSET search_path = \"Other\";\nCREATE TABLE b (id int);\n"
        "SET ROLE pg_monitor;\n",
        "V2__b.sql": "CREATE TABLE c (id int);\n",
    },
    "baseline": {
        "flyway.conf": "flyway.baselineOnMigrate=true\nflyway.baselineVersion=2\n"
        "flyway.baselineDescription=as it was\n",
        "before.psql": "CREATE TABLE public.old (id int);",
        "V1__a.sql": "SELECT no;",
        "V2__b.sql": "SELECT no;",
        "V3__c.sql": "CREATE TABLE c (id int);",
    },
    "not_empty": {
        "before.psql": "CREATE TABLE public.old (id int);",
        "V1__a.sql": "CREATE TABLE a (id int);",
    },
    "baseline_migration": {
        "V1__a.sql": "CREATE TABLE a (id int);",
        "B2__base.sql": "CREATE TABLE a (id int); CREATE TABLE b (id int);",
        "V2__b.sql": "CREATE TABLE b (id int);",
        "V3__c.sql": "CREATE TABLE c (id int);",
    },
    "non_transactional": {
        "flyway.conf": "flyway.postgresql.transactional.lock=false\n",
        "V1__a.sql": "CREATE TABLE a (id int);",
        "V2__b.sql": "CREATE INDEX CONCURRENTLY i ON a (id);\nDROP INDEX CONCURRENTLY i;\n",
        "V3__c.sql": "VACUUM a;",
        "V4__d.sql": "INSERT INTO a VALUES (1); CREATE TABLE b (id int);",
        "V4__d.sql.conf": "executeInTransaction=false\n",
    },
    "mixed_refused": {"exit-only": "", "V1__a.sql": "CREATE TABLE a (id int);\nVACUUM;\n"},
    "mixed_allowed": {
        "flyway.conf": "flyway.mixed=true\n",
        "V1__a.sql": "CREATE TABLE a (id int);\nVACUUM a;\n",
        "V2__b.sql": "CREATE TABLE b (id int);",
    },
    "failure": {
        "V1__a.sql": "CREATE TABLE a (id int);",
        "V2__b.sql": "CREATE TABLE b (id int);\nSELECT no;\n",
        "V3__c.sql": "CREATE TABLE c (id int);",
    },
    "failure_non_transactional": {
        "flyway.conf": "flyway.postgresql.transactional.lock=false\n",
        "V1__a.sql": "CREATE TABLE a (id int);",
        "V2__b.sql": "CREATE INDEX CONCURRENTLY i ON a (id);\nCREATE INDEX CONCURRENTLY j ON a (no);\n",
    },
    "group": {
        "flyway.conf": "flyway.group=true\n",
        "V1__a.sql": "CREATE TABLE a (x xid8 DEFAULT pg_current_xact_id());",
        "V2__b.sql": "INSERT INTO a DEFAULT VALUES;",
        "V3__c.sql": "INSERT INTO a DEFAULT VALUES;\nDO $$ BEGIN\n"
        "IF (SELECT count(DISTINCT x::text) FROM a) = 1 THEN CREATE TABLE one_transaction (); END IF; END $$;",
    },
    "group_failure": {
        "flyway.conf": "flyway.group=true\n",
        "V1__a.sql": "CREATE TABLE a (id int);",
        "V2__b.sql": "SELECT no;",
    },
    "group_mixed": {
        "flyway.conf": "flyway.group=true\n",
        "V1__a.sql": "CREATE TABLE a (id int);",
        "V2__b.sql": "VACUUM;",
    },
    "duplicate": {"V1__a.sql": "CREATE TABLE a (id int);", "s/V01.0__b.sql": "CREATE TABLE b (id int);"},
    "statements": {
        "V1__copy.sql": "CREATE TABLE a (id int, t text);\nCOPY a FROM STDIN;\n1\tone;'\n2\t$$\n\\.\n"
        "INSERT INTO a VALUES (3, 'x');\n"
        "DO $$ BEGIN IF (SELECT count(*) FROM a) = 3 THEN CREATE TABLE three_rows (); END IF; END $$;\n",
        "V2__quotes.sql": "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN /* ; */ RETURN 1; -- ';\n"
        "END; $f$;\nCOMMENT ON FUNCTION f() IS 'it''s;';\nCOMMENT ON TABLE a IS E'\\';';\n",
        "V3__table.sql": "CREATE TABLE after_g (id int);\n",
        "V4__rule.sql": "CREATE RULE r AS ON INSERT TO after_g DO ALSO (SELECT 1; SELECT 2);\n"
        "CREATE TABLE after_r (id int);\n",
    },
    "atomic": {
        "since": "11",
        "V1__a.sql": "CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC\n  SELECT 1;\n"
        "  SELECT CASE WHEN a > 1 THEN 2 ELSE 3 END;\nEND;\nCREATE TABLE after_g (id int);\n",
    },
    "again": {
        "flyway.conf": "flyway.placeholders.p=1\n",
        "V1__a.sql": "CREATE TABLE a (id int);",
        "R__a.sql": "CREATE OR REPLACE VIEW v AS SELECT 1 AS x;",
        "R__b.sql": "CREATE OR REPLACE VIEW w AS SELECT '${p}'::text AS x;",
        "R__c.sql": "CREATE OR REPLACE VIEW x AS SELECT 1 AS x;",
    },
    "again.second": {
        "flyway.conf": "flyway.placeholders.p=2\n",
        "V1__a.sql": "CREATE TABLE a (id int);\r\n",
        "V2__b.sql": "CREATE TABLE b (id int);",
        "R__a.sql": "CREATE OR REPLACE VIEW v AS SELECT 2 AS x;",
        "R__b.sql": "CREATE OR REPLACE VIEW w AS SELECT '${p}'::text AS x;",
        "R__c.sql": "CREATE OR REPLACE VIEW x AS SELECT 1 AS x;\n",
    },
    "edited": {"V1__a.sql": "CREATE TABLE a (id int);"},
    "edited.second": {"V1__a.sql": "CREATE TABLE a (id bigint);", "V2__b.sql": "CREATE TABLE b (id int);"},
    "gone": {"V1__a.sql": "CREATE TABLE a (id int);", "V2__b.sql": "CREATE TABLE b (id int);"},
    "gone.second": {"V2__b.sql": "CREATE TABLE b (id int);", "V3__c.sql": "CREATE TABLE c (id int);"},
    "late": {"V1__a.sql": "CREATE TABLE a (id int);", "V3__c.sql": "CREATE TABLE c (id int);"},
    "late.second": {
        "V1__a.sql": "CREATE TABLE a (id int);",
        "V2__b.sql": "CREATE TABLE b (id int);",
        "V3__c.sql": "CREATE TABLE c (id int);",
        "V4__d.sql": "CREATE TABLE d (id int);",
    },
    "out_of_order": {"V1__a.sql": "CREATE TABLE a (id int);", "V3__c.sql": "CREATE TABLE c (id int);"},
    "out_of_order.second": {
        "flyway.conf": "flyway.outOfOrder=true\n",
        "V1__a.sql": "CREATE TABLE a (id int);",
        "V2__b.sql": "CREATE TABLE b (id int);",
        "V3__c.sql": "CREATE TABLE c (id int);",
    },
    "failed_before": {
        "flyway.conf": "flyway.postgresql.transactional.lock=false\n",
        "V1__a.sql": "CREATE INDEX CONCURRENTLY i ON a (id);",
    },
    "failed_before.second": {
        "flyway.conf": "flyway.postgresql.transactional.lock=false\n",
        "V1__a.sql": "CREATE INDEX CONCURRENTLY i ON a (id);",
        "V2__b.sql": "CREATE TABLE b (id int);",
    },
    "commit": {"V1__a.sql": "CREATE TABLE c1 (id int);\nCOMMIT;\nCREATE TABLE c2 (id int);\n"},
}


def main(folder):
    for case, files in CASES.items():
        for name, text in files.items():
            path = pathlib.Path(folder, case, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
