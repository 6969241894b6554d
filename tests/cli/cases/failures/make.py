"""Writes a suite in which every kind of failure is there once: a database for each, named after it.

A row: the migrations ("NAME.down" is the down of NAME), the keys of the database, its fixture, the checks.
"""
import json
import pathlib

T = "CREATE TABLE t (id integer PRIMARY KEY);"
A = "CREATE TABLE t (id integer PRIMARY KEY, a text);"
NONE = {"rollback": "none", "rows": 0}
KINDS = {
    # The way up.
    "sql_error": ({"1_t": T, "2_typo": "ALTER TABLE t ADD COLUMN price integr;"}, NONE),
    "seed_breaks": ({"1_t": T + "\nINSERT INTO t VALUES (1);", "2_seed": "INSERT INTO t\nVALUES (2), (1);"}, NONE),
    "file_passed_over": ({"V1__t": T, "V2_forgotten": "ALTER TABLE t ADD COLUMN forgotten text;"}, {**NONE, "format": "flyway"}),
    "nothing_in_it": ({"1_t": T, "2_empty": "-- ALTER TABLE t ADD COLUMN later text;"}, NONE),
    "needs_superuser": ({"1_t": T, "2_trigger": "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';\nCREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();"}, NONE),
    "setting_left": ({"1_t.up": T, "1_t.down": "DROP TABLE t;", "2_path.up": "SET statement_timeout = '1h';\nALTER TABLE public.t ADD COLUMN a text;", "2_path.down": "ALTER TABLE t DROP COLUMN a;"}, {**NONE, "format": "golang-migrate"}),
    "together_differs": ({"1_t": T, "2_now": "CREATE TABLE seen AS SELECT count(*) AS n FROM t;", "3_type": "CREATE TYPE e AS ENUM ('a');", "4_label": "ALTER TYPE e ADD VALUE 'b';\nCREATE TABLE u (e e DEFAULT 'b');"}, NONE),
    # The way back.
    "down_leaves_index": ({"1_t": A, "1_t.down": "DROP TABLE t;", "2_i": "CREATE INDEX i ON t (a);", "2_i.down": "SELECT 1;"}, {}),
    "down_fails": ({"1_t": A, "1_t.down": "DROP TABLE t;", "2_b": "ALTER TABLE t ADD COLUMN b text;", "2_b.down": "ALTER TABLE t DROP COLUMN bb;"}, {}),
    "up_again_fails": ({"1_t": A, "1_t.down": "DROP TABLE t;", "2_s": "CREATE SCHEMA s;\nCREATE ROLE pgassay_failures_role;", "2_s.down": "DROP SCHEMA s;"}, {}),
    "down_loses_rows": ({"1_t": A, "1_t.down": "DROP TABLE t;", "2_move": "CREATE TABLE old AS SELECT * FROM t;\nDELETE FROM t;", "2_move.down": "DROP TABLE old;"}, {"changes": {"2_move": "moved"}}),
    "down_missing": ({"1_t": A, "1_t.down": "DROP TABLE t;", "2_b": "ALTER TABLE t ADD COLUMN b text;"}, {"rollback": "required"}),
    "down_after_use": ({"1_t": "CREATE TABLE t (id integer PRIMARY KEY, a text NOT NULL);", "1_t.down": "DROP TABLE t;", "2_null": "ALTER TABLE t ALTER COLUMN a DROP NOT NULL;", "2_null.down": "ALTER TABLE t ALTER COLUMN a SET NOT NULL;"}, {"after_use": "fail"}),
    "restore_fails": ({"1_t": A, "2_check": "CREATE FUNCTION known(x integer) RETURNS boolean LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM t WHERE id = x)';\nCREATE TABLE u (t integer CHECK (known(t)));\nINSERT INTO t VALUES (1) ON CONFLICT DO NOTHING;\nINSERT INTO u VALUES (1);", "3_v": "ALTER TABLE t ADD COLUMN v text;"}, {"rollback": "restore", "rows": 0}),
    # Rows.
    "rows_break": ({"1_t": A, "2_one": "CREATE UNIQUE INDEX one ON t ((true));"}, {"rollback": "none"}),
    "values_change": ({"1_t": "CREATE TABLE t (id integer PRIMARY KEY, amount numeric);", "2_cents": "ALTER TABLE t ALTER COLUMN amount TYPE integer;"}, {"rollback": "none"}),
    "rows_deleted": ({"1_t": A, "2_clean": "DELETE FROM t;"}, {"rollback": "none"}),
    "writes_break": ({"1_t": A, "2_f": "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.b := 1; RETURN NEW; END';\nCREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();"}, {"rollback": "none"}),
    "upgrade_breaks": ({"1_t": A, "2_b": "ALTER TABLE t ADD COLUMN b text;", "3_b": "UPDATE t SET b = a;\nALTER TABLE t ALTER COLUMN b SET NOT NULL;"}, {"rollback": "none"}),
    "declared_in_vain": ({"1_t": A, "2_b": "ALTER TABLE t ADD COLUMN b text;"}, {"rollback": "none", "rows_except": {"2_b": "it fails on rows of before 2019"}}),
    # Proofs that are asked for.
    "not_idempotent": ({"1_t": T, "2_b": "ALTER TABLE t ADD COLUMN b text;"}, {**NONE, "idempotent": True}),
    "time_zone": ({"1_t": "CREATE TABLE t (at timestamptz DEFAULT '2020-01-01 00:00'::timestamptz);", "2_row": "INSERT INTO t DEFAULT VALUES;"}, {**NONE, "environment": "fail"}),
    "locks_long": ({"1_t": A, "2_type": "ALTER TABLE t ALTER COLUMN id TYPE bigint;"}, {"rollback": "none", "impact": "fail"}),
    "crash_leaves": ({"1_t": A, "2_i": "-- no transaction\nCREATE INDEX CONCURRENTLY i ON t (a);"}, {"rollback": "none", "rows": 0, "crash": "each"}),
    "reset_fails": ({"1_t": T, "2_lo": "SELECT lo_create(4711);"}, {**NONE, "reset": 1}),
    # Expectations.
    "object_missing": ({"1_t": T}, NONE, "tables: { public.t: {}, public.orders: {} }"),
    "object_renamed": ({"1_t": "CREATE TABLE order_lines (id integer PRIMARY KEY);"}, NONE, "tables: { public.order_line: {} }"),
    "type_differs": ({"1_t": A, "2_type": "ALTER TABLE t ALTER COLUMN a TYPE varchar(10);"}, NONE, "tables:\n  public.t:\n    columns:\n      a: { type: text }"),
    "default_differs": ({"1_t": "CREATE TABLE t (n integer DEFAULT 1);", "2_two": "ALTER TABLE t ALTER COLUMN n SET DEFAULT 2;"}, NONE, "tables:\n  public.t:\n    columns:\n      n: { default: '1' }"),
    "not_stated": ({"1_t": A, "2_b": "ALTER TABLE t ADD COLUMN b text;"}, NONE, "exact: true\nschemas: { public: {} }\ntables:\n  public.t:\n    columns: { id: { type: integer, nullable: false }, a: { type: text } }"),
    "still_there": ({"1_t": A}, NONE, "tables: { public.t: absent }"),
    "count_differs": ({"1_t": A, "2_u": "CREATE TABLE u ();"}, NONE, "schemas: { public: { tables: { count: 1 } } }"),
    "policy_gone": ({"1_t": A + "\nALTER TABLE t ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON t USING (a = current_user);", "2_policy": "DROP POLICY own ON t;"}, NONE, "tables: { public.t: { policies: { own: {} } } }"),
    "function_differs": ({"1_f": "CREATE FUNCTION f(x integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT x + 1';", "2_f": "CREATE OR REPLACE FUNCTION f(x integer) RETURNS integer LANGUAGE sql AS 'SELECT x + 2';"}, NONE, "functions:\n  public.f(integer): { volatility: immutable, body: 'SELECT x + 1' }"),
    "schema_file": ({"1_t": A, "2_i": "CREATE INDEX i ON t (a);"}, {**NONE, "expect": "schema.sql"}),
    "at_version": ({"1_t": A, "2_drop": "ALTER TABLE t DROP COLUMN a;"}, {**NONE, "at": {"2_drop": "at.yaml"}}),
    # Checks.
    "query_rows": ({"1_t": A}, NONE, None, ["query: { name: one row, sql: SELECT count(*) FROM t, rows: [[1]] }"]),
    "query_fails": ({"1_t": A}, NONE, None, ["query: { name: it can be read, sql: SELECT b FROM t, rows: [[1]] }"]),
    "reject_accepts": ({"1_t": A}, NONE, None, ["reject: { name: a text is needed, sql: INSERT INTO t VALUES (1), sqlstate: not_null_violation }"]),
    "reject_otherwise": ({"1_t": A}, NONE, None, ["reject: { name: a key is needed, sql: INSERT INTO t VALUES (NULL), sqlstate: check_violation }"]),
    "accept_rejects": ({"1_t": "CREATE TABLE t (a text NOT NULL);"}, NONE, None, ["accept: { name: no text is needed, sql: INSERT INTO t DEFAULT VALUES }"]),
    "row_security_hole": ({"1_t": A + "\nCREATE ROLE pgassay_failures_app;\nGRANT SELECT ON t TO pgassay_failures_app;\nINSERT INTO t VALUES (1, 'x'), (2, 'y');"}, NONE, None, ["row_security: { name: nobody sees the rows of others, table: t, cases: [{ role: pgassay_failures_app, sees: 1 }] }"]),
    "schemas_differ": ({"1_t": A, "2_b": "ALTER TABLE t ADD COLUMN b text;"}, NONE, None, ["same_schema: { name: like the other one, databases: [sql_good, schemas_differ] }"]),
    "sql_good": ({"1_t": A}, NONE),
    "plan_scans": ({"1_t": A, "2_i": "CREATE INDEX i ON t (a);", "3_i": "DROP INDEX i;"}, {**NONE, "size": {"tables": {"public.t": {"rows": "1M"}}}, "plans": "each"}),
}


def yaml(value):
    return json.dumps(value)


def main():
    root = pathlib.Path()
    databases, checks = [], []
    for name, (files, keys, *rest) in KINDS.items():
        folder = root / name
        folder.mkdir()
        for file, sql in files.items():
            (folder / f"{file}.sql").write_text(sql + "\n", encoding="utf-8")
        keys = {"migrations": name, "format": "plain", **keys}
        if rest and rest[0] is not None:
            (root / f"{name}.yaml").write_text(rest[0] + "\n", encoding="utf-8")
            keys["expect"] = f"{name}.yaml"
        databases.append(f"  {name}: {yaml(keys)}\n")
        for check in rest[1] if len(rest) > 1 else []:
            kind, text = check.split(": ", 1)
            place = "" if kind == "same_schema" else f"database: {name}, "
            checks.append(f"  - {kind}: {{ {place}{text[2:]}\n")
    (root / "schema.sql").write_text("CREATE TABLE t (id integer PRIMARY KEY, a text);\n", encoding="utf-8")
    (root / "at.yaml").write_text("tables: { public.t: { columns: { a: { type: text } } } }\n", encoding="utf-8")
    programs = "programs:\n  - { name: criteria, database: sql_good, run: [sh, criteria.sh], report: tap }\n"
    (root / "criteria.sh").write_text("echo 1..2; echo 'ok 1 - a'; echo 'not ok 2 - an order has lines'; echo '# line 7: expected 3, got 0'\n", encoding="utf-8")
    plans = "plans:\n  - { name: by text, database: plan_scans, sql: SELECT * FROM t WHERE a = 'x', forbids: Seq Scan on t }\n"
    (root / "suite.yaml").write_text("suite: failures\ndatabases:\n" + "".join(databases) + programs + plans + "checks:\n" + "".join(checks), encoding="utf-8")


main()
