"""Liquibase, its command line; Maven fetches it (pom.xml). A directory without a changelog in XML gets a master changelog
that includes its files in the order of their names, as includeAll does."""
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


def write_master(directory, folder):
    files = sorted(
        (str(path.relative_to(directory)) for path in directory.rglob("*.sql") if path.is_file()),
        key=str.encode,
    )
    master = "\n".join(f'<include file="{name}"/>' for name in files)
    pathlib.Path(folder, "master-changelog.xml").write_text(MASTER.format(master), encoding="utf-8")


def find_master(run):
    """The changelog of the directory itself, or None."""
    if run.config:
        return str(pathlib.Path(run.config).relative_to(run.directory))
    found = sorted(path.name for path in pathlib.Path(run.directory).glob("*.xml"))
    return found[0] if found else None


def call(run, *command):
    with tempfile.TemporaryDirectory() as folder:
        master = find_master(run)
        if master is None:
            write_master(pathlib.Path(run.directory), folder)
        options = [f"-D{name}={value}" for name, value in run.case.placeholders.items()]
        filters = {"contexts": "--contexts", "labels": "--label-filter"} if command[0] == "update" else {}
        options += [f"{filters[name]}={value}" for name, value in run.case.settings.items() if name in filters]
        return run.call(
            "java",
            "-Dfile.encoding=UTF-8",
            "-cp",
            f"{run.tool}/*",
            "liquibase.integration.commandline.LiquibaseCommandLine",
            f"--search-path={run.directory},{folder}" if master is None else f"--search-path={run.directory}",
            f"--changelog-file={master or 'master-changelog.xml'}",
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


def xml(*elements, attributes=""):
    """A changelog of the elements."""
    head = MASTER.replace(">\n{}", f" {attributes}>\n{{}}") if attributes else MASTER
    return head.format("\n".join(elements))


def change(name, inner, attributes="", author="ann"):
    return f'<changeSet id="{name}" author="{author}" {attributes}>{inner}</changeSet>'


def table(name, attributes=""):
    """A changeset that makes a table of its name, which can be taken back."""
    return change(name, f"<sql>CREATE TABLE t{name} (id int)</sql><rollback>DROP TABLE t{name}</rollback>", attributes)


def master(*elements, files=None, attributes="", **options):
    """A directory with a changelog in XML, which names the files."""
    return {"files": {"changelog.xml": xml(*elements, attributes=attributes), **(files or {})}, **options}


def sql(name):
    """A file of formatted SQL with one changeset."""
    return HEAD + f"--changeset ann:{name}\nCREATE TABLE t{name} (id int);\n--rollback DROP TABLE t{name};\n"


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
    Case("empty_file", {"a.sql": "", "b.sql": HEAD + "--changeset a:1\nCREATE TABLE a (id int);\n"}, refused=True),

    # --- Changelogs in XML
    Case(
        "xml_changes",
        **master(
            change(
                "1",
                "<comment>first &amp; second</comment><comment>more</comment><sql>CREATE TABLE a (x text DEFAULT '&lt;é&gt;'); -- one\n/* two; */ "
                "CREATE TABLE b (id int);</sql>\n<sql stripComments=\"true\"><comment>not run</comment><![CDATA[CREATE VIEW v AS SELECT 1 AS x -- gone\n"
                "WHERE 1 < 2;<!-- no comment -->]]></sql><rollback>DROP VIEW v; DROP TABLE a;\nDROP TABLE b</rollback>".replace("<!-- no comment -->", ""),
            ),
            change("2", '<sqlFile path="sql/f.sql" splitStatements="false" stripComments="false"/><rollback><sqlFile path="sql/f_down.sql"/></rollback>'),
            change("3", '<sqlFile path="sql/g.sql" endDelimiter="@@" encoding="UTF-8"/><sql dbms="oracle">SELECT no</sql><sql dbms="!oracle">SELECT 1</sql>'
            "<rollback/>"),
            change("4", '<tagDatabase tag="v1"/>'),
            change("5", "<empty/>"),
            change("6", ""),
            change("7", '<sql endDelimiter="\\nGO">CREATE TABLE n1 (a int); CREATE TABLE n2 (a int)\nGO\nCREATE TABLE n3 (a int)\nGO</sql>'
            "<rollback>DROP TABLE n1;</rollback><rollback><sql>DROP TABLE n2; DROP TABLE n3</sql>SELECT 1</rollback>"),
            change("8", '<sqlFile path="sql/only_comments.sql"/>'),
            files={
                "sql/f.sql": "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nDECLARE x int; BEGIN\n  RETURN 1; -- kept\nEND; $$;\nSELECT f();\n",
                "sql/f_down.sql": "DROP FUNCTION f();\r\n",
                "sql/g.sql": "\ufeffCREATE TABLE g (a text DEFAULT 'é')@@\nDO $$ DECLARE x int; BEGIN x := 1; END $$ @@\n",
                "sql/only_comments.sql": "-- nothing\n",
            },
            downs=7,
        ),
    ),
    Case(
        "xml_includes",
        **master(
            '<include file="db/2.xml"/>',
            '<include file="db/1.sql" relativeToChangelogFile="true"/>',
            table("10"),
            '<includeAll path="db/all"/>',
            '<include file="no.xml" errorIfMissing="false"/>',
            '<includeAll path="nothing" errorIfMissingOrEmpty="false"/>',
            table("0", 'runOrder="first"'),
            files={
                "db/2.xml": xml(table("2"), '<include file="sub/3.xml" relativeToChangelogFile="true"/>', '<include file="./../db/sub/../sub/4.sql" relativeToChangelogFile="true"/>'),
                "db/1.sql": sql("1"),
                "db/sub/3.xml": xml(table("3"), '<includeAll path="deep" relativeToChangelogFile="true" maxDepth="2" endsWithFilter=".SQL"/>',
                                    table("3last", 'runOrder="last"'), table("3after")),
                "db/sub/4.sql": sql("4"),
                "db/sub/deep/5.sql": sql("5"),
                "db/sub/deep/5.xml": xml(table("no")),
                "db/sub/deep/a/6.sql": sql("6"),
                "db/sub/deep/a/b/no.sql": sql("no"),
                "db/all/b.sql": sql("7"),
                "db/all/B.xml": xml(table("8")),
                "db/all/b/c.sql": sql("9"),
                "db/all/b-c.sql": sql("bc"),
                "db/all/notes.md": "",
                "db/all/.hidden.sql": sql("hidden"),
            },
            downs=3,
        ),
    ),
    Case(
        "xml_paths",
        **master(
            '<include file="/db/1.sql"/>',
            '<include file="./db/2.sql"/>',
            '<include file="db/3.xml"/>',
            '<include file="db\\4.sql"/>',
            '<include file="db//5.xml"/>',
            change("abs", '<sqlFile path="/db/f.sql"/>'),
            change("rel", '<sqlFile path="./db/f2.sql" relativeToChangelogFile="true"/>'),
            change("up", '<sqlFile path="db/../db/f3.sql"/>'),
            files={f"db/{n}.sql": sql(str(n)) for n in (1, 2, 4)}
            | {
                "db/3.xml": xml(table("3"), '<include file="sub/6.sql" relativeToChangelogFile="true"/>'),
                "db/5.xml": xml(table("5"), change("s", '<sqlFile path="f4.sql" relativeToChangelogFile="true"/>')),
                "db/sub/6.sql": sql("6"),
                "db/f.sql": "CREATE TABLE f (id int);",
                "db/f2.sql": "CREATE TABLE f2 (id int);",
                "db/f3.sql": "CREATE TABLE f3 (id int);",
                "db/f4.sql": "CREATE TABLE f4 (id int);",
            },
        ),
    ),
    Case(
        "xml_logical_paths",
        **master(
            '<include file="a.xml_" />'.replace("a.xml_", "db/a.xml"),
            '<include file="db/b.xml" logicalFilePath="of/include.xml"/>',
            '<include file="db/c.sql" logicalFilePath="of/include.sql"/>',
            '<includeAll path="db/all" logicalFilePath="all"/>',
            files={
                "db/a.xml": xml(table("1"), table("2", 'logicalFilePath="/own\\x.xml"'), '<include file="db/d.sql"/>', attributes='logicalFilePath="/logical\\a.xml"'),
                "db/b.xml": xml(table("3"), '<include file="db/e.sql"/>'),
                "db/c.sql": sql("4"),
                "db/d.sql": sql("5"),
                "db/e.sql": "--liquibase formatted sql logicalFilePath:of/header.sql\n\n--changeset ann:6\nSELECT 6;\n--changeset ann:7 logicalFilePath:own.sql\nSELECT 7;\n",
                "db/all/f.sql": sql("8"),
                "db/all/g.xml": xml(table("9")),
            },
        ),
    ),
    Case(
        "xml_root_logical_path",
        **master('<include file="b.xml"/>', table("1"), files={"db/b.xml": ""} and {}, attributes='logicalFilePath="root.xml"', config="changelog.xml")
        | {"files": {"changelog.xml": xml('<include file="db/b.xml"/>', '<include file="db/c.sql"/>', table("1"), attributes='logicalFilePath="root.xml"'),
                     "db/b.xml": xml(table("2")), "db/c.sql": sql("3")}},
    ),
    Case(
        "xml_properties",
        **master(
            '<property name="t" value="t1"/>',
            '<property name="t" value="t2"/>',
            '<property name="o" value="no" dbms="oracle"/>',
            '<property name="c" value="no" context="other"/>',
            '<property name="c" value="yes" contextFilter="test"/>',
            '<property name="nested" value="${t}_${later}"/>',
            '<property name="local" value="l1" global="false"/>',
            '<property name="local" value="l2" global="false"/>',
            '<property name="both" value="b1" global="false"/>',
            '<property name="both" value="b2"/>',
            '<property file="db/x.properties"/>',
            '<property file="no.properties" errorIfMissing="false"/>',
            '<property name="file" value="db/${t}.sql"/>',
            change("1", "<sql>CREATE TABLE ${t} (a text DEFAULT '${given} ${unknown} ${o} ${c} ${nested} ${local} ${both}')</sql><rollback>DROP TABLE ${t}</rollback>"),
            change("2", '<sqlFile path="${file}"/>'),
            change("3", "<sql>SELECT '${later} ${inner}'</sql>"),
            '<include file="db/later.xml"/>',
            change("${t}_4", "<comment>${t}</comment><sql>SELECT '${later} ${inner}'</sql>", "labels=\"${t}\""),
            change("5", "<sql>CREATE TABLE p (a text DEFAULT '${p.one} | ${p.two} | ${p.three} | ${p.four} | ${p five} | ${P.SIX}')</sql>"),
            settings={"contexts": "test"},
            placeholders={"given": "from outside"},
            files={
                "db/t1.sql": "CREATE TABLE of_file (a text DEFAULT '${t} ${later} ${local}');\n",
                "db/later.xml": xml('<property name="later" value="late"/>', '<property name="inner" value="i" global="false"/>',
                                    '<property name="local" value="of the include" global="false"/>',
                                    change("i", "<sql>CREATE TABLE later (a text DEFAULT '${inner} ${later} ${local}')</sql>")),
                "db/x.properties": "# comment = no\n! another\np.one = 1 and \\\n   more \np.two:a\\u0041\\:\\=b\n p.three   spaced value\np.four=\np\\ five=x=y\np.six=c:\\\\temp\\tx\n",
            },
            downs=1,
        ),
    ),
    Case(
        "xml_filters",
        **master(
            table("1", 'context="prod"'), table("2", 'contextFilter="test" context="prod"'), table("3", 'labels="x, Y"'), table("4", 'labels="z"'),
            table("5", 'dbms="oracle,h2"'), table("6", 'dbms="postgresql"'), table("7", 'ignore="true"'),
            '<include file="db/a.xml" context="test and !prod" labels="x,inc"/>',
            '<include file="db/b.xml" contextFilter="prod" labels="x"/>',
            '<include file="db/c.xml" ignore="true"/>',
            '<includeAll path="db/all" context="test, other" labels="w"/>',
            files={
                "db/a.xml": xml(table("8"), table("9", 'context="other"'), table("10", 'context="test" labels="own"'), '<include file="db/d.sql" context="test" labels="deep"/>', attributes='context="!nothing"'),
                "db/b.xml": xml(table("11", 'labels="x"')),
                "db/c.xml": xml(table("12", 'labels="x"'), '<include file="db/e.sql" labels="x"/>'),
                "db/d.sql": sql("13"),
                "db/e.sql": sql("14"),
                "db/all/f.sql": sql("15"),
                "db/all/g.xml": xml(table("16", 'context="test"')),
            },
            settings={"contexts": "test", "labels": "x or w"},
        ),
    ),
    Case(
        "xml_no_contexts",
        **master(table("1", 'context="prod"'), table("2", 'context="@prod"'), '<include file="db/a.xml" context="@x"/>', files={"db/a.xml": xml(table("3"))}),
    ),
    Case(
        "xml_rollback_reference",
        **master(
            change("1", "<sql>CREATE TABLE a (id int)</sql><sql>CREATE TABLE b (id int)</sql><rollback>DROP TABLE b; DROP TABLE a</rollback>"),
            change("2", '<sql>DROP TABLE a; DROP TABLE b</sql><rollback changeSetId="1" changeSetAuthor="ANN"/>'),
            '<include file="db/3.xml"/>',
            change("4", '<sqlFile path="db/drop.sql"/><rollback changeSetId="3" changeSetAuthor="ann" changeSetPath="db/3.xml"/>'),
            files={
                "db/3.xml": xml(change("3", '<sqlFile path="db/make.sql"/><rollback><sqlFile path="drop.sql" relativeToChangelogFile="true"/></rollback>')),
                "db/make.sql": "CREATE TABLE c (id int); CREATE TABLE d (id int);",
                "db/drop.sql": "DROP TABLE d; DROP TABLE c;",
            },
            downs=4,
        ),
    ),
    Case("xml_reference_missing", **master(change("1", '<sql>SELECT 1</sql><rollback changeSetId="9" changeSetAuthor="ann"/>'), refused=True)),
    Case(
        "xml_fails",
        **master(table("1"), '<include file="db/a.xml"/>', table("4"),
                 files={"db/a.xml": xml(table("2"), change("3", "<sql>CREATE TABLE x (id int)</sql><sqlFile path=\"db/bad.sql\"/>")), "db/bad.sql": "CREATE TABLE y (id int);\nSELECT no;"},
                 fails=True),
    ),
    Case(
        "xml_without_transaction",
        **master(
            table("1"),
            change("2", "<sql>CREATE INDEX CONCURRENTLY i ON t1 (id); CREATE INDEX CONCURRENTLY j ON t1 (id)</sql><rollback>DROP INDEX CONCURRENTLY j; DROP INDEX CONCURRENTLY i</rollback>", 'runInTransaction="false"'),
            downs=2,
        ),
    ),
    Case("xml_fails_without_transaction", **master(change("1", "<sql>CREATE TABLE a (id int); SELECT no</sql>", 'runInTransaction="false"'), fails=True)),
    Case("xml_concurrently_in_transaction", **master(table("1"), change("2", "<sql>CREATE INDEX CONCURRENTLY i ON t1 (id)</sql>"), fails=True)),
    Case(
        "xml_preconditions",
        **master(
            '<preConditions><dbms type="oracle,postgresql"/><runningAs username="INTEROP"/><or><dbms type="h2"/><sqlCheck expectedResult="1">SELECT 1;</sqlCheck></or></preConditions>',
            change("1", '<preConditions onFail="MARK_RAN"><not><tableExists tableName="old"/></not><tableExists tableName="old"/></preConditions><sql>CREATE TABLE no (id int)</sql>'),
            change("2", '<preConditions onFail="CONTINUE" onFailMessage="not now"><sqlCheck expectedResult="1">SELECT 0</sqlCheck></preConditions><sql>CREATE TABLE no (id int)</sql>'),
            change("3", '<preConditions onFail="WARN"><sqlCheck expectedResult="t">SELECT false</sqlCheck></preConditions><sql>CREATE TABLE warned ("Id" int); CREATE SEQUENCE seq; CREATE TABLE "Mixed" (id int)</sql>'),
            change("4", '<preConditions><tableExists tableName="WARNED"/><tableExists tableName="Mixed"/><tableExists tableName="mixed"/><tableExists tableName="Warned" schemaName="PUBLIC"/><not><tableExists tableName="v"/><viewExists viewName="v"/></not>'
            '<sequenceExists sequenceName="seq"/><columnExists tableName="Warned" columnName="ID"/><tableIsEmpty tableName="warned"/><rowCount tableName="Mixed" expectedRows="0" schemaName="public"/>'
            "</preConditions><sql>CREATE VIEW v AS SELECT 1 AS x</sql>"),
            change("5", '<preConditions><viewExists viewName="v" schemaName="public"/></preConditions><sql>CREATE TABLE viewed (id int)</sql>'),
            change("6", '<preConditions onError="MARK_RAN" onFail="HALT"><sqlCheck expectedResult="1">SELECT no</sqlCheck></preConditions><sql>CREATE TABLE no (id int)</sql>'),
            change("7", '<preConditions onError="CONTINUE"><or><sqlCheck expectedResult="1">SELECT no</sqlCheck><sqlCheck expectedResult="1">SELECT 1</sqlCheck></or></preConditions><sql>CREATE TABLE no (id int)</sql>'),
            change("8", '<preConditions onFail="MARK_RAN"><not><sqlCheck expectedResult="0">SELECT 0</sqlCheck></not></preConditions><sql>CREATE TABLE no (id int)</sql>'),
            change("9", '<preConditions onFail="MARK_RAN"><and><tableExists tableName="viewed"/><or><tableExists tableName="no"/><tableExists tableName="nor"/></or></and></preConditions><sql>CREATE TABLE no (id int)</sql>'),
            pending=True,
        ),
    ),
    Case("xml_changelog_precondition", **master('<preConditions><sqlCheck expectedResult="1">SELECT 0</sqlCheck></preConditions>', table("1"), fails=True)),
    Case("xml_changelog_precondition_warns", **master('<preConditions onFail="WARN" onError="WARN"><runningAs username="nobody"/><sqlCheck expectedResult="1">SELECT no</sqlCheck></preConditions>', table("1"))),
    Case("xml_included_precondition", **master('<include file="db/a.xml"/>', table("1"), files={"db/a.xml": xml('<preConditions><runningAs username="nobody"/></preConditions>', table("2"))}, fails=True)),
    Case("xml_precondition_halts", **master(table("1"), change("2", '<preConditions><tableExists tableName="no"/></preConditions><sql>SELECT 1</sql>'), fails=True)),
    Case(
        "xml_again",
        **master(
            change("1", "<sql>CREATE OR REPLACE VIEW v AS SELECT 1 AS x</sql>", 'runOnChange="true"'),
            change("2", "<sqlFile path=\"f.sql\"/>", 'runOnChange="true"'),
            change("3", "<sql>CREATE TABLE a (id int)</sql>"),
            change("tag", '<tagDatabase tag="one"/>'),
            files={"f.sql": "CREATE OR REPLACE VIEW w AS SELECT 1 AS x;"},
            second={
                "changelog.xml": xml(
                    change("1", "<sql>CREATE OR REPLACE VIEW v AS SELECT 2 AS x</sql>", 'runOnChange="true"'),
                    change("2", "<sqlFile path=\"f.sql\"/>", 'runOnChange="true"'),
                    change("3", "<sql>CREATE  TABLE a\n(id int)</sql>"),
                    change("tag", '<validCheckSum>1:any</validCheckSum><tagDatabase tag="two"/>'),
                    change("4", "<validCheckSum><comment>x</comment>9:0</validCheckSum><sql>CREATE TABLE b (id int)</sql>"),
                ),
                "f.sql": "CREATE OR REPLACE VIEW w AS SELECT 2 AS x;",
            },
        ),
    ),
    Case("xml_edited_file", **master(change("1", '<sqlFile path="f.sql"/>'), files={"f.sql": "CREATE TABLE a (id int);"},
                                     second={"changelog.xml": xml(change("1", '<sqlFile path="f.sql"/>')), "f.sql": "CREATE TABLE a (id bigint);"}, fails=True)),
    Case("xml_long_texts", **master(change("1", f"<comment>{'long ' * 80}</comment>" + "<sql>SELECT 1</sql>" * 60))),
    Case("xml_duplicate", **master(table("1"), '<include file="a.sql"/>', table("1"), files={"a.sql": sql("1")}, refused=True)),
    Case("xml_duplicate_left_out", **master(change("1", "<sql>CREATE TABLE a (id int)</sql>", 'context="a"'), change("1", "<sql>CREATE TABLE b (id int)</sql>", 'context="b"'), settings={"contexts": "b"})),
    Case("xml_missing_include", **master('<include file="no.xml"/>', refused=True)),
    Case("xml_missing_file", **master(change("1", '<sqlFile path="no.sql"/>'), refused=True)),
    Case("xml_missing_file_left_out", **master(table("1"), change("2", '<sqlFile path="no.sql"/>', 'context="other"'), settings={"contexts": "test"})),
    Case("xml_missing_directory", **master('<includeAll path="no"/>', refused=True)),
    Case("xml_empty_sql", **master(change("1", "<sql> </sql>"), refused=True)),
    Case("xml_malformed", **master("<changeSet", refused=True)),
    Case("xml_wrong_attribute", **master(table("1", 'runOnchange="true"'), refused=True)),
    Case("xml_wrong_element", **master("<changeset id='1' author='a'><sql>SELECT 1</sql></changeset>", refused=True)),
    Case("xml_wrong_order", **master(table("1"), '<property name="a" value="b"/>', refused=True)),
    Case("xml_wrong_order_in_changeset", **master(change("1", '<sql>SELECT 1</sql><preConditions><dbms type="postgresql"/></preConditions>'), refused=True)),
    Case("xml_tag_and_sql", **master(change("1", '<tagDatabase tag="x"/><sql>SELECT 1</sql>'), refused=True)),
    Case("xml_no_author", **master('<changeSet id="1"><sql>SELECT 1</sql></changeSet>', refused=True)),
    Case("xml_no_namespace", {"changelog.xml": "<databaseChangeLog><changeSet id='1' author='a'><sql>CREATE TABLE a (id int)</sql></changeSet></databaseChangeLog>"}, refused=True),
    Case("xml_self_include", **master(table("1"), '<include file="changelog.xml"/>', refused=True)),
    Case("xml_self_include_all", {"db/a.xml": xml('<includeAll path="db"/>'), "changelog.xml": xml('<include file="db/a.xml"/>')}, refused=True),
    Case("xml_doctype", {"changelog.xml": MASTER.replace("<database", '<!DOCTYPE databaseChangeLog [<!ENTITY t "a">]>\n<database', 1).format(change("1", "<sql>CREATE TABLE &t; (id int)</sql>"))}, stricter=True),
    Case("xml_unknown_file", **master('<include file="a.txt"/>', files={"a.txt": "SELECT 1;"}, refused=True)),
    Case(
        "xml_plain_sql",
        **master('<include file="a.sql"/>', '<includeAll path="db"/>',
                 files={"a.sql": "CREATE TABLE a (x text DEFAULT '${t}');\nCREATE TABLE a2 (id int);\n", "db/b.sql": "\n-- comment\nDO $$ DECLARE x int; BEGIN x := 1; END $$;\nCREATE TABLE b (id int)\n"}),
    ),
    Case("xml_empty_file", **master('<includeAll path="db"/>', files={"db/a.sql": "", "db/b.sql": sql("1")}, refused=True)),
    Case("xml_blank_file", **master('<includeAll path="db"/>', files={"db/a.sql": "\n \n", "db/b.sql": sql("1")}, refused=True)),
    Case("xml_no_schema", {"changelog.xml": '<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">' + table("1") + "</databaseChangeLog>"}, refused=True),
    Case("xml_run_always", **master(change("1", "<sql>CREATE TABLE IF NOT EXISTS a (id int)</sql>", 'runAlways="true"'), change("2", "<empty/>"), pending=True)),
    Case("xml_encoding", {"changelog.xml": MASTER.replace("UTF-8", "ISO-8859-1").format(table("1"))}),
    Case("xml_failing_commit", **master(change("1", "<sql>CREATE TABLE a (id int PRIMARY KEY, o int REFERENCES a DEFERRABLE INITIALLY DEFERRED)</sql>"),
                                         change("2", "<sql>INSERT INTO a VALUES (1, 2)</sql>"), table("3"), fails=True)),
    Case("xml_local_role", **master(change("1", "<sql>SET LOCAL ROLE pg_monitor; SELECT 1</sql><rollback>SET LOCAL ROLE pg_monitor</rollback>"), downs=1)),
]
