"""The real Flyway, by its Java interface (FlywayMigrate.java). Maven fetches it; see pom.xml."""
import pathlib

from tool import Case, find, install_by

TITLE = "Flyway"
FORMAT = "flyway"
VERSIONS = ["9.22.3", "11.8.0"]
HISTORY = ["public.flyway_schema_history"]
IGNORED = ["installed_on", "installed_by", "execution_time"]
SOURCES = pathlib.Path(__file__).resolve().parents[1] / "flyway"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies"


def install(folder, version):
    find("java"), find("javac")
    arguments = ["-q", "-B", "-f", SOURCES / "pom.xml", f"-Dflyway={version}", f"-DoutputDirectory={folder}"]
    if int(version.split(".")[0]) >= 10:
        arguments.append("-Pmodules")
    install_by(find("mvn"), *arguments, COPY)
    install_by(find("javac"), "-cp", f"{folder}/*", "-d", folder, SOURCES / "FlywayMigrate.java")


def up(run):
    return run.call(
        "java",
        "-Dfile.encoding=UTF-8",
        "-Dsun.jnu.encoding=UTF-8",
        "-cp",
        f"{run.tool}:{run.tool}/*",
        "FlywayMigrate",
        f"jdbc:postgresql://{run.host}:{run.port}/{run.database}",
        run.user,
        run.directory,
        run.config or "",
        environment={"LC_ALL": "C.UTF-8"},
    )


CASES = [
    Case(
        "capsule_auth",
        directory="migrations/capsule/auth-service",
        config="migrations/capsule/flyway/auth-service.conf",
    ),
    Case(
        "capsule_project",
        directory="migrations/capsule/project-service",
        config="migrations/capsule/flyway/project-service.conf",
    ),
    Case(
        "names",
        {
            "V001__create_users_table.sql": "CREATE TABLE a (id int);\n",
            "V1_2__b_c.SQL": "CREATE TABLE b (id int);\n",
            "V1.10__c.sql": "CREATE TABLE c (id int);\r\n",
            "V2.sql": "CREATE TABLE d (id int);",
            "V3__.sql": "SELECT 1;",
            "V4__a__b.sql": "",
            "V12___x_.sql": "-- only a comment\n",
            "V013__with blank.sql": "\ufeffCREATE TABLE e (id int);\r-- x\r\n",
            "V014__ö.sql": "COMMENT ON TABLE e IS 'ö €';\n\n",
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
    ),
    Case(
        "placeholders",
        {
            "flyway.conf": "flyway.placeholders.Name=long value\n"
            "flyway.placeholders.table=t\n"
            "flyway.table=my_history\n",
            "V1__a.sql": "CREATE TABLE ${table} (a text DEFAULT '${name}'); -- ${NAME}\n"
            "COMMENT ON TABLE ${table} IS '${flyway:filename} ${flyway:table} ${flyway:defaultSchema}';\n",
            "V2__b.sql": "DO $$ BEGIN EXECUTE $x$ CREATE TABLE ${table}2 (a int) $x$; END $$;",
            "V4__d.sql": "COMMENT ON TABLE t2 IS '${not_replaced}';",
            "V4__d.sql.conf": "placeholderReplacement=false\n",
            "R__v.sql": "CREATE OR REPLACE VIEW v AS SELECT '${name}'::text AS x;",
        },
        config="flyway.conf",
        history=["public.my_history"],
    ),
    Case(
        "placeholder_unknown",
        {
            "V1__a.sql": "SELECT '${nothing}';",
        },
        refused=True,
    ),
    Case(
        "schemas",
        {
            "flyway.conf": "flyway.schemas=app,Other\nflyway.defaultSchema=app\n",
            "V1__a.sql": "CREATE TABLE a (id int);\n"
            "SET search_path = \"Other\";\n"
            "CREATE TABLE b (id int);\n"
            "SET ROLE pg_monitor;\n",
            "V2__b.sql": "CREATE TABLE c (id int);\n",
        },
        config="flyway.conf",
        history=["app.flyway_schema_history"],
    ),
    Case(
        "baseline",
        {
            "flyway.conf": "flyway.baselineOnMigrate=true\n"
            "flyway.baselineVersion=2\n"
            "flyway.baselineDescription=as it was\n",
            "V1__a.sql": "SELECT no;",
            "V2__b.sql": "SELECT no;",
            "V3__c.sql": "CREATE TABLE c (id int);",
        },
        config="flyway.conf",
        before="CREATE TABLE public.old (id int);",
    ),
    Case(
        "not_empty",
        {
            "V1__a.sql": "CREATE TABLE a (id int);",
        },
        before="CREATE TABLE public.old (id int);",
        fails=True,
    ),
    Case(
        "baseline_migration",
        {
            "V1__a.sql": "CREATE TABLE a (id int);",
            "B2__base.sql": "CREATE TABLE a (id int); CREATE TABLE b (id int);",
            "V2__b.sql": "CREATE TABLE b (id int);",
            "V3__c.sql": "CREATE TABLE c (id int);",
        },
    ),
    Case(
        "non_transactional",
        {
            "flyway.conf": "flyway.postgresql.transactional.lock=false\n",
            "V1__a.sql": "CREATE TABLE a (id int);",
            "V2__b.sql": "CREATE INDEX CONCURRENTLY i ON a (id);\nDROP INDEX CONCURRENTLY i;\n",
            "V3__c.sql": "VACUUM a;",
            "V4__d.sql": "INSERT INTO a VALUES (1); CREATE TABLE b (id int);",
            "V4__d.sql.conf": "executeInTransaction=false\n",
        },
        config="flyway.conf",
    ),
    Case(
        "mixed_refused",
        {
            "V1__a.sql": "CREATE TABLE a (id int);\nVACUUM;\n",
        },
        refused=True,
    ),
    Case(
        "mixed_allowed",
        {
            "flyway.conf": "flyway.mixed=true\n",
            "V1__a.sql": "CREATE TABLE a (id int);\nVACUUM a;\n",
            "V2__b.sql": "CREATE TABLE b (id int);",
        },
        config="flyway.conf",
    ),
    Case(
        "failure",
        {
            "V1__a.sql": "CREATE TABLE a (id int);",
            "V2__b.sql": "CREATE TABLE b (id int);\nSELECT no;\n",
            "V3__c.sql": "CREATE TABLE c (id int);",
        },
        fails=True,
    ),
    Case(
        "failure_non_transactional",
        {
            "flyway.conf": "flyway.postgresql.transactional.lock=false\n",
            "V1__a.sql": "CREATE TABLE a (id int);",
            "V2__b.sql": "CREATE INDEX CONCURRENTLY i ON a (id);\nCREATE INDEX CONCURRENTLY j ON a (no);\n",
        },
        config="flyway.conf",
        fails=True,
    ),
    Case(
        "group",
        {
            "flyway.conf": "flyway.group=true\n",
            "V1__a.sql": "CREATE TABLE a (x xid8 DEFAULT pg_current_xact_id());",
            "V2__b.sql": "INSERT INTO a DEFAULT VALUES;",
            "V3__c.sql": "INSERT INTO a DEFAULT VALUES;\n"
            "DO $$ BEGIN\n"
            "IF (SELECT count(DISTINCT x::text) FROM a) = 1 THEN CREATE TABLE one_transaction (); END IF; END $$;",
        },
        config="flyway.conf",
    ),
    Case(
        "group_failure",
        {
            "flyway.conf": "flyway.group=true\n",
            "V1__a.sql": "CREATE TABLE a (id int);",
            "V2__b.sql": "SELECT no;",
        },
        config="flyway.conf",
        fails=True,
    ),
    Case(
        "group_mixed",
        {
            "flyway.conf": "flyway.group=true\n",
            "V1__a.sql": "CREATE TABLE a (id int);",
            "V2__b.sql": "VACUUM;",
        },
        config="flyway.conf",
        fails=True,
    ),
    Case(
        "duplicate",
        {
            "V1__a.sql": "CREATE TABLE a (id int);",
            "s/V01.0__b.sql": "CREATE TABLE b (id int);",
        },
        fails=True,
    ),
    Case(
        "statements",
        {
            "V1__copy.sql": "CREATE TABLE a (id int, t text);\n"
            "COPY a FROM STDIN;\n"
            "1\tone;'\n"
            "2\t$$\n"
            "\\.\n"
            "INSERT INTO a VALUES (3, 'x');\n"
            "DO $$ BEGIN IF (SELECT count(*) FROM a) = 3 THEN CREATE TABLE three_rows (); END IF; END $$;\n",
            "V2__quotes.sql": "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN /* ; */ RETURN 1; -- ';\n"
            "END; $f$;\n"
            "COMMENT ON FUNCTION f() IS 'it''s;';\n"
            "COMMENT ON TABLE a IS E'\\';';\n",
            "V3__table.sql": "CREATE TABLE after_g (id int);\n",
            "V4__rule.sql": "CREATE RULE r AS ON INSERT TO after_g DO ALSO (SELECT 1; SELECT 2);\n"
            "CREATE TABLE after_r (id int);\n",
        },
    ),
    Case(
        "atomic",
        {
            "V1__a.sql": "CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC\n"
            "  SELECT 1;\n"
            "  SELECT CASE WHEN a > 1 THEN 2 ELSE 3 END;\n"
            "END;\n"
            "CREATE TABLE after_g (id int);\n",
        },
        since=(11,),
    ),
    Case(
        "again",
        {
            "flyway.conf": "flyway.placeholders.p=1\n",
            "V1__a.sql": "CREATE TABLE a (id int);",
            "R__a.sql": "CREATE OR REPLACE VIEW v AS SELECT 1 AS x;",
            "R__b.sql": "CREATE OR REPLACE VIEW w AS SELECT '${p}'::text AS x;",
            "R__c.sql": "CREATE OR REPLACE VIEW x AS SELECT 1 AS x;",
        },
        second={
            "flyway.conf": "flyway.placeholders.p=2\n",
            "V1__a.sql": "CREATE TABLE a (id int);\r\n",
            "V2__b.sql": "CREATE TABLE b (id int);",
            "R__a.sql": "CREATE OR REPLACE VIEW v AS SELECT 2 AS x;",
            "R__b.sql": "CREATE OR REPLACE VIEW w AS SELECT '${p}'::text AS x;",
            "R__c.sql": "CREATE OR REPLACE VIEW x AS SELECT 1 AS x;\n",
        },
        config="flyway.conf",
    ),
    Case(
        "edited",
        {
            "V1__a.sql": "CREATE TABLE a (id int);",
        },
        second={
            "V1__a.sql": "CREATE TABLE a (id bigint);",
            "V2__b.sql": "CREATE TABLE b (id int);",
        },
        fails=True,
    ),
    Case(
        "gone",
        {
            "V1__a.sql": "CREATE TABLE a (id int);",
            "V2__b.sql": "CREATE TABLE b (id int);",
        },
        second={
            "V2__b.sql": "CREATE TABLE b (id int);",
            "V3__c.sql": "CREATE TABLE c (id int);",
        },
        fails=True,
    ),
    Case(
        "late",
        {
            "V1__a.sql": "CREATE TABLE a (id int);",
            "V3__c.sql": "CREATE TABLE c (id int);",
        },
        second={
            "V1__a.sql": "CREATE TABLE a (id int);",
            "V2__b.sql": "CREATE TABLE b (id int);",
            "V3__c.sql": "CREATE TABLE c (id int);",
            "V4__d.sql": "CREATE TABLE d (id int);",
        },
        fails=True,
    ),
    Case(
        "out_of_order",
        {
            "V1__a.sql": "CREATE TABLE a (id int);",
            "V3__c.sql": "CREATE TABLE c (id int);",
        },
        second={
            "flyway.conf": "flyway.outOfOrder=true\n",
            "V1__a.sql": "CREATE TABLE a (id int);",
            "V2__b.sql": "CREATE TABLE b (id int);",
            "V3__c.sql": "CREATE TABLE c (id int);",
        },
        config="flyway.conf",
    ),
    Case(
        "failed_before",
        {
            "flyway.conf": "flyway.postgresql.transactional.lock=false\n",
            "V1__a.sql": "CREATE INDEX CONCURRENTLY i ON a (id);",
        },
        second={
            "flyway.conf": "flyway.postgresql.transactional.lock=false\n",
            "V1__a.sql": "CREATE INDEX CONCURRENTLY i ON a (id);",
            "V2__b.sql": "CREATE TABLE b (id int);",
        },
        config="flyway.conf",
        fails=True,
    ),
    Case(
        "commit",
        {
            "V1__a.sql": "CREATE TABLE c1 (id int);\nCOMMIT;\nCREATE TABLE c2 (id int);\n",
        },
    ),
]
