#!/usr/bin/env python3
"""Holds pgassay's verdicts about the downs of a history against psql and pg_dump; see script/interop-downs.

usage: downs.py PGASSAY FORMAT DIRECTORY

The judge knows nothing of pgassay. For each migration that has a down it copies a database that has rows, runs the up
and the down by psql, and compares pg_dump's schema and the rows of each table by the names of their columns.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import server as servers

# A word of PostgreSQL or of the tool: such a script cannot run in a transaction.
NO_TRANSACTION = re.compile(r"concurrently|no transaction|notransaction|transaction:\s*false", re.IGNORECASE)

# Rows for each table that has none. A table that refuses them stays empty.
FILL = r"""
DO $$
DECLARE
    t record; c record; names text; vals text; turn int; i int; v text;
BEGIN
    FOR turn IN 1..6 LOOP
        FOR t IN SELECT k.oid, k.oid::regclass AS name FROM pg_class k
                 WHERE k.relkind IN ('r', 'p') AND NOT k.relispartition AND k.relnamespace::regnamespace::text NOT LIKE 'pg\_%'
                   AND k.relnamespace <> 'information_schema'::regnamespace LOOP
            FOR i IN 1..3 LOOP
                BEGIN
                    EXECUTE format('SELECT 1 FROM %s OFFSET %s LIMIT 1', t.name, i - 1) INTO v;
                    CONTINUE WHEN v IS NOT NULL;
                    names := NULL; vals := NULL;
                    FOR c IN SELECT a.attname, a.attnum, a.atttypid, b.typcategory, b.typname,
                                    format_type(a.atttypid, a.atttypmod) AS type, a.atttypmod, b.typelem,
                                    (SELECT format('(SELECT %I FROM %s ORDER BY 1 OFFSET %s LIMIT 1)', f.attname, r.confrelid::regclass, i - 1)
                                     FROM pg_constraint r JOIN pg_attribute f ON f.attrelid = r.confrelid
                                          AND f.attnum = r.confkey[array_position(r.conkey, a.attnum)]
                                     WHERE r.contype = 'f' AND r.conrelid = t.oid AND a.attnum = ANY (r.conkey)
                                       AND r.confrelid <> t.oid LIMIT 1) AS parent
                             FROM pg_attribute a JOIN pg_type b ON b.oid = a.atttypid
                             WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
                               AND a.attgenerated = '' AND a.attidentity = '' LOOP
                        v := CASE WHEN c.parent IS NOT NULL THEN c.parent
                                  WHEN c.typcategory = 'E'
                                  THEN (SELECT quote_literal(enumlabel) FROM pg_enum WHERE enumtypid = c.atttypid
                                        ORDER BY enumsortorder OFFSET (i - 1) % (SELECT count(*) FROM pg_enum WHERE enumtypid = c.atttypid) LIMIT 1)
                                       || '::' || c.type
                                  WHEN c.typname = 'bool' THEN (i % 2 = 0)::text
                                  WHEN c.typcategory = 'N' THEN (i * 10 + c.attnum)::text
                                  WHEN c.typcategory = 'D' THEN format('(timestamp ''2020-01-01'' + interval ''%s days'')::%s', i, c.type)
                                  WHEN c.typname = 'uuid' THEN format('md5(''%s %s'')::uuid', t.name, i)
                                  WHEN c.typname IN ('json', 'jsonb') THEN format('''{"a": %s}''', i)
                                  WHEN c.typname = 'bytea' THEN format('decode(md5(''%s %s''), ''hex'')', c.attname, i)
                                  WHEN c.typcategory = 'A' THEN 'NULL'
                                  WHEN c.typcategory = 'I' THEN format('''10.0.0.%s''', i)
                                  WHEN c.typcategory = 'T' THEN format('interval ''%s hours''', i)
                                  WHEN c.typcategory = 'S' THEN format('left(''%s%s'', %s)', i, c.attname,
                                                                       CASE WHEN c.atttypmod > 4 THEN c.atttypmod - 4 ELSE 30 END)
                                  ELSE 'DEFAULT' END;
                        names := concat_ws(', ', names, quote_ident(c.attname));
                        vals := concat_ws(', ', vals, coalesce(v, 'DEFAULT'));
                    END LOOP;
                    EXECUTE format('INSERT INTO %s (%s) VALUES (%s)', t.name, names, vals);
                EXCEPTION WHEN OTHERS THEN NULL;
                END;
            END LOOP;
        END LOOP;
    END LOOP;
END $$;
"""

# One statement for each table: the rows by the names of their columns.
ROWS = r"""
SELECT format('SELECT %L, count(*), md5(string_agg(x::text, chr(10) ORDER BY x::text COLLATE "C")) FROM (SELECT jsonb_build_object(%s) AS x FROM %s) q',
              k.oid::regclass,
              (SELECT string_agg(format('%L, %I::text', a.attname, a.attname), ', ' ORDER BY a.attname COLLATE "C")
               FROM (SELECT * FROM pg_attribute a WHERE a.attrelid = k.oid AND a.attnum > 0 AND NOT a.attisdropped
                     ORDER BY a.attname COLLATE "C" LIMIT 50) a),
              k.oid::regclass)
FROM pg_class k
WHERE k.relkind = 'r' AND k.relnamespace::regnamespace::text NOT LIKE 'pg\_%' AND k.relnamespace <> 'information_schema'::regnamespace
ORDER BY k.oid::regclass::text COLLATE "C"
\gexec
"""


def sections(text, up, down):
    """The two parts of a file in which lines begin them."""
    parts = {"up": [], "down": []}
    part = None
    for line in text.splitlines():
        if re.match(up, line, re.IGNORECASE):
            part = "up"
        elif re.match(down, line, re.IGNORECASE):
            part = "down"
        if part is not None:
            parts[part].append(line)
    return "\n".join(parts["up"]), "\n".join(parts["down"])


def read_sections(directory, up, down, order):
    for path in sorted(directory.glob("*.sql"), key=order):
        text = path.read_text(encoding="utf-8")
        yield path.name, *sections(text, up, down)


def read_pairs(directory):
    def number(path):
        return int(re.match(r"V?(\d+)", path.name).group(1))

    for path in sorted(directory.glob("*.up.sql"), key=number):
        down = path.with_name(path.name.replace(".up.sql", ".down.sql"))
        yield path.name, path.read_text(encoding="utf-8"), down.read_text(encoding="utf-8") if down.exists() else ""


def read_folders(directory):
    for folder in sorted(p for p in directory.iterdir() if (p / "up.sql").exists()):
        down = folder / "down.sql"
        yield folder.name, (folder / "up.sql").read_text(encoding="utf-8"), down.read_text(encoding="utf-8") if down.exists() else ""


def number_of(path):
    return int(re.match(r"\d+", path.name).group())


READERS = {
    "goose": lambda d: read_sections(d, r"--\s*\+goose\s+up\b", r"--\s*\+goose\s+down\b", number_of),
    "sql-migrate": lambda d: read_sections(d, r"--\s*\+migrate\s+up\b", r"--\s*\+migrate\s+down\b", lambda p: p.name),
    "dbmate": lambda d: read_sections(d, r"--\s*migrate:up\b", r"--\s*migrate:down\b", lambda p: p.name),
    "golang-migrate": read_pairs,
    "sqlx": read_pairs,
    "plain": read_pairs,
    "diesel": read_folders,
}


def is_empty(script):
    return re.sub(r"--[^\n]*|\s|;", "", script) == ""


class Judge:
    def __init__(self, server):
        self.server = server

    def run(self, database, script):
        """None, or the first error of psql."""
        options = ["-XAtq", "-v", "ON_ERROR_STOP=1"] + ([] if NO_TRANSACTION.search(script) else ["-1"])
        done = subprocess.run(
            [self.server.bindir / "psql", "-h", servers.HOST, "-p", str(self.server.port), "-U", servers.USER, "-d", database, *options],
            env=self.server.environment, input=script, encoding="utf-8", check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        errors = [line for line in done.stderr.splitlines() if "ERROR" in line or "FATAL" in line]
        return None if done.returncode == 0 else (errors or ["psql fails"])[0]

    def schema(self, database):
        """pg_dump's statements, sorted; the columns of a table in the order of their names."""
        text = self.server.client("pg_dump", database, "--schema-only", "--no-owner")
        lines = (line for line in text.splitlines() if not re.match(r"--|SET |SELECT pg_catalog\.set_config|\\", line))
        statements = []
        for statement in re.split(r";\n", "\n".join(lines)):
            statement = statement.strip()
            if statement.startswith("CREATE TABLE") and "\n" in statement:
                head, *body, tail = statement.split("\n")
                statement = "\n".join([head, *sorted(line.rstrip(",") for line in body), tail])
            statements.append(statement)
        return sorted(statements)

    def rows(self, database):
        return self.server.client("psql", database, "-XAtq", input=ROWS).splitlines()

    def copy(self, source, name):
        self.server.psql("postgres", f"SET client_min_messages = warning;\nDROP DATABASE IF EXISTS {name};")
        self.server.psql("postgres", f"CREATE DATABASE {name} TEMPLATE {source};")

    def down(self, database, up, down):
        """What is wrong with the down: a word and an example."""
        schema, rows = self.schema(database), self.rows(database)
        self.copy(database, "trial")
        error = self.run("trial", up)
        if error is not None:
            return "up", error
        error = self.run("trial", down)
        if error is not None:
            return "fails", error
        left = self.schema("trial")
        if left != schema:
            return "schema", (sorted(set(schema) ^ set(left)) or ["?"])[0]
        left = self.rows("trial")
        return ("rows", (sorted(set(rows) ^ set(left)) or ["?"])[0]) if left != rows else ("right", "")

    def history(self, migrations):
        """The verdict for each migration that has a down."""
        self.server.psql("postgres", "CREATE DATABASE history;")
        verdicts = {}
        for name, up, down in migrations:
            if not is_empty(down):
                verdicts[name] = self.down("history", up, down)
            error = self.run("history", up)
            if error is not None:  # with rows; the schema goes on without
                self.server.client("psql", "history", "-XAtq", input="""
                    SELECT format('TRUNCATE %s CASCADE', string_agg(oid::regclass::text, ', ')) FROM pg_class
                    WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text NOT LIKE 'pg\\_%'
                      AND relnamespace <> 'information_schema'::regnamespace HAVING count(*) > 0
                    \\gexec
                    """)
                error = self.run("history", up)
            if error is not None:
                print(f"{name}: psql cannot go on: {error}")
                break
            self.server.psql("history", FILL)
        return verdicts


def ours(pgassay, form, directory, work):
    """pgassay's verdict for each migration: of its cases "round trip" and "rows", the bad one."""
    suite = work / "judged.yaml"
    suite.write_text(f"suite: judged\ndatabases:\n  d:\n    migrations: {directory}\n    format: {form}\n", encoding="utf-8")
    report = work / "report.json"
    subprocess.run([pgassay, "run", "--quiet", "--repro", "off", "--report", f"json={report}", suite],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    verdicts = {}
    for suite in json.loads(report.read_text(encoding="utf-8"))["suites"]:
        for case in suite["cases"]:
            if case["stage"] in ("round trip", "rows"):
                status, message = verdicts.get(case["name"], ("passed", ""))
                if status in ("passed", "skipped"):
                    verdicts[case["name"]] = (case["status"], case.get("message") or message)
    return verdicts


def find(verdicts, name):
    """Of a pair of files the name without its end is enough."""
    stem = re.sub(r"(\.up)?\.sql$", "", name)
    for key, verdict in verdicts.items():
        if re.sub(r"(\.up|\.down)?\.sql$", "", key.split("/")[0]) == stem:
            return verdict
    return ("missing", "")


def main():
    pgassay, form, directory = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]).resolve()
    migrations = list(READERS[form](directory))
    with servers.Server() as server, tempfile.TemporaryDirectory() as work:
        theirs = Judge(server).history(migrations)
        found = ours(pgassay, form, directory, pathlib.Path(work))
    equal = different = left_out = 0
    for name, (verdict, example) in theirs.items():
        status, message = find(found, name)
        if verdict == "up" or status in ("skipped", "missing"):
            left_out += 1
        elif (verdict == "right") == (status == "passed"):
            equal += 1
        else:
            different += 1
            print(f"{name}:\n  psql:    {verdict}: {example}\n  pgassay: {status}: {message}")
    print(f"{equal} equal, {different} different, {left_out} left out")
    return 1 if different > 0 else 0 if equal > 0 else 3


if __name__ == "__main__":
    sys.exit(main())
