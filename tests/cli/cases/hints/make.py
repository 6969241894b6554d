"""Writes a project for each tool, whose second migration fails because CREATE INDEX CONCURRENTLY is in a transaction, and
projects that lack an extension, a role, or that another program would have to change before the server sees them."""
import json
import pathlib

T = "CREATE TABLE t (id integer, n text);"
I = "CREATE INDEX CONCURRENTLY t_n ON t (n);"


def write(path, text):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def suite(name, databases):
    """databases: name -> (format, more keys)"""
    lines = [f"suite: {name}", "databases:"]
    for database, (tool, keys) in databases.items():
        values = {"migrations": database, "format": tool, "rollback": "none", "rows": 0, **keys}
        lines.append(f"  {database}: {json.dumps(values)}")
    write(f"{name}.yaml", "\n".join(lines) + "\n")


def sections(up, down):
    return f"{up}\n{T}\n{down}\nDROP TABLE t;\n", f"{up}\n{I}\n{down}\nDROP INDEX t_n;\n"


FILES = {
    "dbmate": ("1_t.sql", "2_i.sql", *sections("-- migrate:up", "-- migrate:down")),
    "goose": ("1_t.sql", "2_i.sql", *sections("-- +goose Up", "-- +goose Down")),
    "sql-migrate": ("1_t.sql", "2_i.sql", *sections("-- +migrate Up", "-- +migrate Down")),
    "node-pg-migrate": ("1700000000000_t.sql", "1700000000001_i.sql", *sections("-- Up Migration", "-- Down Migration")),
    "tern": ("001_t.sql", "002_i.sql", *sections("", "---- create above / drop below ----")),
    "golang-migrate": ("1_t.up.sql", "2_i.up.sql", T, f"SELECT 1;\n{I}"),
    "prisma": ("1_t/migration.sql", "2_i/migration.sql", T, f"SELECT 1;\n{I}"),
    "supabase": ("1_t.sql", "2_i.sql", T, f"SELECT 1;\n{I}"),
    "diesel": ("2026-01-01-000000_t/up.sql", "2026-01-02-000000_i/up.sql", T, I),
    "sqlx": ("1_t.sql", "2_i.sql", T, I),
    "refinery": ("V1__t.sql", "V2__i.sql", T, I),
    "drizzle": ("0000_t.sql", "0001_i.sql", T, I),
    "plain": ("1_t.sql", "2_i.sql", T, I),
    "liquibase": ("changelog.sql", None, f"-- liquibase formatted sql\n-- changeset a:1\n{T}\n-- changeset a:2\n{I}\n", None),
    "sqitch": ("deploy/t.sql", "deploy/i.sql", f"BEGIN;\n{T}\nCOMMIT;\n", f"BEGIN;\n{I}\nCOMMIT;\n"),
    "graphile-migrate": ("committed/000001.sql", "committed/000002.sql", f"--! Previous: -\n--! Hash: sha1:1\n--! AllowInvalidHash\n\n{T}\n",
                         f"--! Previous: sha1:1\n--! Hash: sha1:2\n--! AllowInvalidHash\n\n{I}\nSELECT 1;\n"),
}


def concurrently():
    for tool, (first, second, one, two) in FILES.items():
        write(f"{tool}/{first}", one)
        if second is not None:
            write(f"{tool}/{second}", two)
    write("drizzle/meta/_journal.json", json.dumps({"version": "7", "dialect": "postgresql", "entries": [
        {"idx": i, "version": "7", "when": 1700000000000 + i, "tag": tag, "breakpoints": True} for i, tag in enumerate(["0000_t", "0001_i"])]}))
    write("sqitch/sqitch.conf", "[core]\n engine = pg\n")
    write("sqitch/sqitch.plan", "%syntax-version=1.0.0\n%project=x\n\n"
          "t 2026-01-01T00:00:00Z a <a@b.c> # t\ni 2026-01-02T00:00:00Z a <a@b.c> # i\n")
    settings = {"plain": {"settings": {"transaction": "file"}}}
    suite("concurrently", {tool: (tool, settings.get(tool, {})) for tool in FILES})


# The tool, the SQL of the only migration, more keys.
OTHERS = {
    "trgm": ("supabase", "CREATE TABLE t (n text);\nCREATE INDEX ON t USING gin (n gin_trgm_ops);", {}),
    "citext": ("plain", "CREATE TABLE t (n citext);", {}),
    "uuid": ("plain", "CREATE TABLE t (id uuid DEFAULT uuid_generate_v4());", {}),
    "btree": ("plain", "CREATE TABLE t (n integer, EXCLUDE USING gist (n WITH =));", {}),
    "class_typo": ("plain", "CREATE TABLE t (n text);\nCREATE INDEX ON t (n text_pattern_opss);", {}),
    "extension_typo": ("plain", "CREATE EXTENSION pgcryptoo;", {}),
    "extension": ("plain", "CREATE EXTENSION no_such_thing;", {}),
    "schema_variable": ("plain", "CREATE TABLE :SCHEMA.t (id integer);", {}),
    "template": ("plain", "CREATE TABLE {{ .Schema }}.t (id integer);", {}),
    "restrict_dbmate": ("dbmate", "-- migrate:up\n\\restrict abc\nCREATE TABLE t (id integer);\n\\unrestrict abc\n-- migrate:down\n", {}),
    "restrict_golang": ("golang-migrate", "\\restrict abc\nCREATE TABLE t (id integer);\n\\unrestrict abc\n", {}),
    "meta_command": ("golang-migrate", "\\echo hello\nCREATE TABLE t (id integer);\n", {}),
    "role_in_a_baseline": ("plain", T, {"baseline": {"schema": "before.sql"}}),
    "type_of_a_fixture": ("plain", T, {"expect": "types.yaml"}),
}


def others():
    for name, (tool, sql, _) in OTHERS.items():
        write(f"{name}/" + ("1_t.up.sql" if tool == "golang-migrate" else "1_t.sql"), sql)
    write("before.sql", "CREATE TABLE public.old (id integer);\nALTER TABLE public.old OWNER TO app_owner;\n")
    write("types.yaml", "tables:\n  public.t:\n    columns:\n      id: { type: intger }\n      n: { type: txt }\n")
    suite("others", {name: (tool, keys) for name, (tool, _, keys) in OTHERS.items()})
    # The head of a dump, and later a function that the session does not find any more.
    write("emptied/1_dump.up.sql", "SELECT pg_catalog.set_config('search_path', '', false);\n"
          "CREATE FUNCTION public.one() RETURNS integer LANGUAGE sql AS 'SELECT 1';\n")
    write("emptied/2_use.up.sql", "CREATE VIEW public.v AS SELECT one();\n")
    write("emptied_inside/1_dump.up.sql", "SELECT pg_catalog.set_config('search_path', '', false);\n"
          "CREATE TABLE public.t (id integer);\n"
          "CREATE FUNCTION public.count_them() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM t); END';\n")
    write("emptied_inside/2_use.up.sql", "SELECT public.count_them();\n")
    suite("emptied", {name: ("golang-migrate", {}) for name in ("emptied", "emptied_inside")})


concurrently()
others()
