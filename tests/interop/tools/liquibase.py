"""Liquibase, its command line; Maven fetches it (pom.xml). A directory becomes a master changelog that includes its files
in the order of their names, without empty ones, as includeAll does."""
import pathlib
import tempfile

from tool import Case, find, install_by

TITLE = "Liquibase"
FORMAT = "liquibase"
VERSIONS = ["4.31.1"]
HISTORY = ["public.databasechangelog", "public.databasechangeloglock"]
IGNORED = ["dateexecuted", "deployment_id"]
SOURCES = pathlib.Path(__file__).resolve().parents[1] / "liquibase"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies"
MASTER = """<?xml version="1.0" encoding="UTF-8"?>
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog
        http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd">
{}
</databaseChangeLog>
"""


def install(folder, version):
    find("java")
    arguments = ["-q", "-B", "-f", SOURCES / "pom.xml", f"-Dliquibase={version}", f"-DoutputDirectory={folder}"]
    install_by(find("mvn"), *arguments, COPY)


def call(run, *command):
    with tempfile.TemporaryDirectory() as folder:
        files = sorted(
            (str(path.relative_to(run.directory)) for path in pathlib.Path(run.directory).rglob("*.sql") if path.is_file() and path.read_bytes().strip()),
            key=str.encode,
        )
        master = "\n".join(f'<include file="{name}"/>' for name in files)
        pathlib.Path(folder, "master-changelog.xml").write_text(MASTER.format(master), encoding="utf-8")
        options = [f"-D{name}={value}" for name, value in run.case.placeholders.items()]
        filters = {"contexts": "--contexts", "labels": "--label-filter"} if command[0] == "update" else {}
        options += [f"{filters[name]}={value}" for name, value in run.case.settings.items() if name in filters]
        return run.call(
            "java",
            "-Dfile.encoding=UTF-8",
            "-cp",
            f"{run.tool}/*",
            "liquibase.integration.commandline.LiquibaseCommandLine",
            f"--search-path={run.directory},{folder}",
            "--changelog-file=master-changelog.xml",
            f"--url=jdbc:postgresql://{run.host}:{run.port}/{run.database}",
            f"--username={run.user}",
            "--password=none",
            "--show-banner=false",
            "--headless=true",
            "--analytics-enabled=false",
            *command,
            *options,
            environment={"LC_ALL": "C.UTF-8"},
        )


def up(run):
    return call(run, "update")


def down(run):
    return call(run, "rollback-count", "--count=1")


HEAD = "--liquibase formatted sql\n\n"


def one(text, **options):
    """A directory of one file."""
    return {"files": {"a.sql": HEAD + text}, **options}


CASES = [
    Case(
        "ordinary",
        {
            "b.sql": HEAD + "--changeset ann:1\n--comment about b\nCREATE TABLE b (id int); -- one\n/* two; */ CREATE TABLE b2 (id int);\n"
            "--rollback DROP TABLE b2;\n--rollback DROP TABLE b;\n",
            "a.sql": HEAD + "--changeset ann:1\nCREATE TABLE a (id int);\n--rollback DROP TABLE a;\n\n"
            "--changeset \"bob builder\":two-2 splitStatements:false labels:X, context:\"prod or test\"\n"
            "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1; -- kept?\nEND;\n$$;\n--rollback DROP FUNCTION f();\n",
            "sub/c.sql": HEAD + "--changeset ann:3 stripComments:false logicalFilePath:other.sql\nCREATE VIEW v AS SELECT 1 AS x; -- é\n"
            "/* liquibase rollback\nDROP VIEW \nv;\n*/\n--changeset ann:4\r\nSELECT 1;\r\n--rollback empty\r\n",
        },
        downs=5,
    ),
    Case(
        "statements",
        one(
            "--changeset a:1\nCREATE TABLE t (a text DEFAULT 'x;y', \"b;c\" int);\nINSERT INTO t VALUES ('it''s; ', 1);\n"
            "--changeset a:2\nDO $$ BEGIN PERFORM 1; PERFORM 2; END $$;\nCREATE TABLE after_end (id int);\n"
            "--changeset a:3\nCREATE TABLE g1 (id int)\nGO\nCREATE TABLE g2 (id int)\n/\nCREATE TABLE g3 (id int)\ngo\n"
            "--changeset a:4 endDelimiter:@@\nCREATE TABLE e1 (id int)@@\nDO $$ DECLARE x int; BEGIN x := 1; END $$ @@ CREATE TABLE e2 (id int) @@\n"
            "--changeset a:5 endDelimiter:\\nGO\nCREATE TABLE n1 (a int); CREATE TABLE n2 (a int)\nGO\nCREATE TABLE n3 (a int)\nGO\n"
            "--changeset a:6\nBEGIN TRANSACTION; CREATE TABLE x1 (a int); COMMIT;\n"
            "--changeset a:7\nCREATE TABLE z1 (a int); CREATE TABLE z2 (a int)\n/\n"
        )["files"],
    ),
    Case("dollar_quote", **one("--changeset a:1\nCREATE TABLE a (id int);\nDO $$ DECLARE x int; BEGIN x := 1; END $$;\n", fails=True)),
    Case("dollar_quote_glued", **one("--changeset a:1\nDO $$BEGIN PERFORM 1; END$$;\n", fails=True)),
    Case("end_if", **one("--changeset a:1\nDO $$ BEGIN IF true THEN PERFORM 1; END IF; PERFORM 2; END $$;\n", fails=True)),
    Case("fails", **one("--changeset a:1\nCREATE TABLE a (id int);\n--changeset a:2\nCREATE TABLE b (id int);\nSELECT no;\n", fails=True)),
    Case(
        "fails_without_transaction",
        **one("--changeset a:1 runInTransaction:false\nCREATE TABLE a (id int);\nSELECT no;\n", fails=True),
    ),
    Case(
        "without_transaction",
        **one(
            "--changeset a:1\nCREATE TABLE a (id int);\n--rollback DROP TABLE a\n--changeset a:2 runInTransaction:false\n"
            "CREATE INDEX CONCURRENTLY i ON a (id);\n--rollback DROP INDEX CONCURRENTLY i;\n",
            downs=2,
        ),
    ),
    Case("concurrently_in_transaction", **one("--changeset a:1\nCREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);\n", fails=True)),
    Case(
        "filters",
        one(
            "--changeset a:1 context:prod\nCREATE TABLE prod (id int);\n--changeset a:2 context:!prod\nCREATE TABLE not_prod (id int);\n"
            "--changeset a:3 contextFilter:\"test AND (prod or other)\"\nCREATE TABLE both (id int);\n"
            "--changeset a:4 dbms:oracle,h2\nSELECT no;\n--changeset a:5 dbms:!oracle\nCREATE TABLE not_oracle (id int);\n"
            "--changeset a:6 labels:x,y\nCREATE TABLE x (id int);\n--changeset a:7 labels:z\nCREATE TABLE z (id int);\n"
            "--changeset a:8 ignore:true\nSELECT no;\n--changeset a:9 context:test,other\nCREATE TABLE test (id int);\n"
            "--changeset a:10 context:@test\nCREATE TABLE required (id int);\n"
        )["files"],
        settings={"contexts": "test", "labels": "x or w"},
    ),
    Case(
        "no_contexts",
        **one("--changeset a:1 context:prod\nCREATE TABLE prod (id int);\n--changeset a:2 context:@prod\nCREATE TABLE required (id int);\n"),
    ),
    Case(
        "properties",
        one(
            "--property name:tab value:t1\n--property name:tab value:t2\n--property name:given value:no\n--property name:o value:x dbms:oracle\n"
            "--changeset a:1\nCREATE TABLE ${tab} (a text DEFAULT '${given} ${unknown} ${o}');\n--rollback DROP TABLE ${tab};\n"
        )["files"],
        placeholders={"given": "yes"},
        downs=1,
    ),
    Case(
        "rollbacks",
        **one(
            "--changeset a:1\nCREATE TABLE a (id int);\n--rollback DROP TABLE a;\n--changeset a:2\nDROP TABLE a;\n"
            "--rollback changesetId:1 changesetAuthor:a\n--changeset a:3\nSELECT 1;\n--rollback not required\n",
            downs=3,
        ),
    ),
    Case(
        "preconditions",
        **one(
            "--changeset a:1\n--preconditions onFail:MARK_RAN\n--precondition-sql-check expectedResult:1 SELECT count(*) FROM pg_class WHERE relname = 'old'\n"
            "CREATE TABLE no (id int);\n--changeset a:2\n--preconditions onFail:CONTINUE\n--precondition-sql-check expectedResult:1 SELECT 0\n"
            "CREATE TABLE no (id int);\n--changeset a:3\n--preconditions onFail:WARN\n--precondition-sql-check expectedResult:t SELECT false\n"
            "CREATE TABLE warned (id int);\n--changeset a:4\n--preconditions onFail:HALT\n--precondition-table-exists table:warned\n"
            "--precondition-sql-check expectedResult:'a b' SELECT 'a b'\nCREATE VIEW v AS SELECT 1 AS x;\n"
            "--changeset a:5\n--precondition-view-exists view:v\nCREATE TABLE viewed (id int);\n",
            pending=True,
        ),
    ),
    Case(
        "precondition_halts",
        **one("--changeset a:1\nCREATE TABLE a (id int);\n--changeset a:2\n--precondition-sql-check expectedResult:1 SELECT 0\nCREATE TABLE b (id int);\n", fails=True),
    ),
    Case(
        "again",
        {
            "a.sql": HEAD + "--changeset a:1 runOnChange:true\nCREATE OR REPLACE VIEW v AS SELECT 1 AS x;\n"
            "--changeset a:2\nCREATE TABLE a (id int);\n",
        },
        second={
            "a.sql": HEAD + "--changeset a:1 runOnChange:true\nCREATE OR REPLACE VIEW v AS SELECT 2 AS x;\n"
            "--changeset a:2\nCREATE  TABLE a\n(id int);\n--changeset a:3\nCREATE TABLE b (id int);\n",
        },
    ),
    Case(
        "edited",
        {"a.sql": HEAD + "--changeset a:1\nCREATE TABLE a (id int);\n"},
        second={"a.sql": HEAD + "--changeset a:1\nCREATE TABLE a (id bigint);\n--changeset a:2\nCREATE TABLE b (id int);\n"},
        fails=True,
    ),
    Case(
        "valid_checksum",
        {"a.sql": HEAD + "--changeset a:1\nCREATE TABLE a (id int);\n"},
        second={"a.sql": HEAD + "--changeset a:1\n--validCheckSum: 1:any\nCREATE TABLE a (id bigint);\n--changeset a:2\nCREATE TABLE b (id int);\n"},
    ),
    Case(
        "late",
        {"a.sql": HEAD + "--changeset a:1\nCREATE TABLE a (id int);\n--changeset a:3\nCREATE TABLE c (id int);\n"},
        second={
            "a.sql": HEAD + "--changeset a:1\nCREATE TABLE a (id int);\n--changeset a:2\nCREATE TABLE b (id int);\n--changeset a:3\nCREATE TABLE c (id int);\n"
        },
    ),
    Case("duplicate", **one("--changeset a:1\nCREATE TABLE a (id int);\n--changeset a:1\nCREATE TABLE b (id int);\n", refused=True)),
    Case("no_sql", **one("--changeset a:1\n--changeset a:2\nSELECT 1;\n", refused=True)),
    Case("one_dash", **one("--changeset a:1\nSELECT 1;\n-rollback SELECT 2;\n", refused=True)),
    Case("no_id", **one("--changeset a\nSELECT 1;\n", refused=True)),
    Case("blank_before_id", **one("--changeset a: 1\nSELECT 1;\n", refused=True)),
    Case("comment_outside", **one("--comment x\n--changeset a:1\nSELECT 1;\n", refused=True)),
    Case(
        "ignored_lines",
        **one("SELECT no;\n--changeset a:1\nCREATE TABLE a (id int);\n--ignoreLines:1\nSELECT no;\n--ignoreLines:start\nSELECT no;\n--ignoreLines:end\nCREATE TABLE b (id int);\n"),
    ),
    Case("commit", **one("--changeset a:1\nCREATE TABLE c1 (id int);\nCOMMIT;\nCREATE TABLE c2 (id int);\n")),
    Case("empty_file", {"a.sql": "", "b.sql": HEAD + "--changeset a:1\nCREATE TABLE a (id int);\n"}),
]
