#include "support.h"

#include "check/proof/restore.h"
#include "migration/detect/formats.h"
#include "rows/state/copy.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

/* A history of two migrations in a temporary folder; the backup from between them is tested. */
typedef struct {
	const char *before;  /* the first migration */
	const char *up;      /* the second one */
	const char *problem; /* what the case must say; NULL: it must pass */
} Row;

#define PLAIN_UP "CREATE TABLE added (id int)"

static const char ordinary[] =
    "CREATE EXTENSION citext;\n"
    "CREATE SCHEMA app;\n"
    "CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'happy');\n"
    "CREATE DOMAIN app.positive AS int CHECK (VALUE > 0);\n"
    "CREATE TABLE app.people (\n"
    "    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mail citext UNIQUE, mood app.mood DEFAULT 'ok',\n"
    "    dropped int, age app.positive, note text, data jsonb, blob bytea, born date, seen timestamptz,\n"
    "    loud text GENERATED ALWAYS AS (upper(note)) STORED, tags text[], price numeric(10, 2), f float8);\n"
    "ALTER TABLE app.people DROP dropped;\n"
    "CREATE TABLE app.orders (id bigserial PRIMARY KEY, person int REFERENCES app.people ON DELETE CASCADE, at date)\n"
    "    PARTITION BY RANGE (id);\n"
    "CREATE TABLE app.orders_1 PARTITION OF app.orders FOR VALUES FROM (1) TO (100);\n"
    "CREATE UNLOGGED TABLE app.cache (k text, v text);\n"
    "CREATE INDEX ON app.people (lower(note)) WHERE age > 3;\n"
    "CREATE FUNCTION app.me() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';\n"
    "CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.seen := now(); RETURN NEW; END';\n"
    "CREATE TRIGGER touch BEFORE UPDATE ON app.people FOR EACH ROW EXECUTE FUNCTION app.touch();\n"
    "ALTER TABLE app.people DISABLE TRIGGER touch;\n"
    "ALTER TABLE app.people ENABLE ROW LEVEL SECURITY; ALTER TABLE app.people FORCE ROW LEVEL SECURITY;\n"
    "CREATE POLICY mine ON app.people USING (id = app.me());\n"
    "CREATE VIEW app.names AS SELECT id, note FROM app.people;\n"
    "CREATE MATERIALIZED VIEW app.ages AS SELECT age, count(*) FROM app.people GROUP BY age;\n"
    "CREATE UNIQUE INDEX ON app.ages (age);\n"
    "CREATE SEQUENCE app.numbers INCREMENT -2 MAXVALUE 100 START 50;\n"
    "CREATE SEQUENCE app.unused;\n"
    "CREATE STATISTICS app.together ON age, mood FROM app.people;\n"
    "COMMENT ON TABLE app.people IS 'it''s people';\n"
    "INSERT INTO app.people (mail, mood, age, note, data, blob, born, seen, tags, price, f)\n"
    "    SELECT 'M' || i || '@example.org', 'happy', i, repeat(chr(960 + i), 100000), jsonb_build_object('i', i),\n"
    "    '\\x00ff'::bytea, 'infinity', '-infinity', ARRAY['a,b', NULL, '{'], i * 1.10, 'NaN'\n"
    "    FROM generate_series(1, 7) i;\n"
    "INSERT INTO app.people (mail) VALUES (NULL), (NULL);\n"
    "INSERT INTO app.people (note) VALUES (E'tab\\t\\\\. line\\n\\r\\\\N end'), ('');\n"
    "INSERT INTO app.orders (person) SELECT 1 FROM generate_series(1, 5);\n"
    "INSERT INTO app.cache VALUES ('k', 'v');\n"
    "SELECT nextval('app.numbers'), nextval('app.numbers');\n"
    "SELECT lo_from_bytea(0, '\\x1234');\n"
    "REFRESH MATERIALIZED VIEW app.ages;\n";

/* Expressions of all sorts, and in all places, that the server writes in other words than those it was given. */
static const char expressions[] =
    "CREATE TYPE mood AS ENUM ('sad', 'ok');\n"
    "CREATE DOMAIN role AS varchar(9) CHECK (VALUE IN ('user', 'admin', 'it''s [], ('));\n"
    "CREATE TABLE t (id int PRIMARY KEY, role varchar(9) DEFAULT 'user' CHECK (role IN ('user', 'admin')),\n"
    "    kind char(3) CHECK (kind IN ('a', 'b') AND (kind <> 'c' OR kind IS NULL)), mood mood CHECK (mood IN ('ok')),\n"
    "    a int CHECK (a BETWEEN 1 AND 3 OR NOT (a IN (5, 6)) AND a::bigint * 2.5 > -1), who role,\n"
    "    tags varchar(5)[] CHECK (tags <@ ARRAY['a', 'b']::varchar[]) DEFAULT ARRAY['a'], at timestamptz,\n"
    "    day date CHECK (day > '2020-01-01' AND extract(year FROM day) < 2100), span interval DEFAULT '1 day 2 "
    "hours',\n"
    "    long text GENERATED ALWAYS AS (CASE WHEN role IN ('user') THEN 'u' || coalesce(kind, '') ELSE NULL END) "
    "STORED,\n"
    "    data jsonb CHECK (data ->> 'k' IN ('x', 'y') AND data @> '{\"a\": 1}'), mail text CHECK (mail ~* '^[^@]+@'),\n"
    "    CHECK ((role, kind) IN (('a', 'b'), ('c', 'd'))), CHECK (num_nulls(a, day) <= 1), CHECK (mail LIKE '%@%'),\n"
    "    EXCLUDE USING gist (tsrange(day::timestamp, NULL, '[)') WITH &&) WHERE (role NOT IN ('user', 'admin')));\n"
    "CREATE INDEX ON t (lower(role), (data ->> 'k')) WHERE role IN ('user', 'admin') AND at IS NOT NULL;\n"
    "CREATE STATISTICS s ON role, a FROM t;\n"
    "ALTER TABLE t ENABLE ROW LEVEL SECURITY;\n"
    "CREATE POLICY p ON t USING (role IN ('user', 'admin')) WITH CHECK (role = ANY ('{user}'::varchar[]) OR EXISTS\n"
    "    (SELECT 1 FROM t u WHERE u.id = t.id AND u.role NOT IN ('user', current_setting('x.y', true))));\n"
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\n"
    "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.role IN ('user', 'admin')) EXECUTE FUNCTION f();\n"
    "CREATE VIEW v AS SELECT t.*, u.id AS other, row_number() OVER (PARTITION BY t.role ORDER BY t.id DESC) AS n\n"
    "    FROM t LEFT JOIN t u USING (role) WHERE t.role IN ('user', 'admin') AND u.kind NOT IN ('a', 'b')\n"
    "    AND (t.a, u.a) > (1, 2) AND t.at > now() - interval '1 day' AND t.mail SIMILAR TO '%x';\n"
    "CREATE VIEW w AS WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r WHERE i < 5) SELECT role, "
    "sum(a)\n"
    "    FILTER (WHERE role IN ('user', 'admin')) AS s, string_agg(kind, ',' ORDER BY kind) FROM t, r, LATERAL "
    "(SELECT\n"
    "    CASE t.role WHEN 'user' THEN 1 ELSE 2 END AS c) l GROUP BY GROUPING SETS ((role), ()) HAVING count(*) > 1\n"
    "    UNION SELECT 'x', 1, NULL ORDER BY 1 NULLS FIRST LIMIT 5;\n"
    "CREATE MATERIALIZED VIEW m AS SELECT id, at AT TIME ZONE 'UTC' AS at, coalesce(role, 'none') AS role FROM t\n"
    "    WHERE role = ANY (ARRAY['user', 'admin']) AND substring(mail FROM 1 FOR 2) <> trim(BOTH 'x' FROM mail);\n"
    "CREATE RULE r AS ON INSERT TO v WHERE NEW.role IN ('user', 'admin') DO INSTEAD NOTHING;\n"
    "CREATE TABLE parts (role varchar, at date) PARTITION BY LIST (role);\n"
    "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN ('user', 'admin') PARTITION BY RANGE (at);\n"
    "CREATE TABLE parts_2 PARTITION OF parts_1 FOR VALUES FROM (MINVALUE) TO ('2020-01-01');\n";

static const char *const per_database[] = {
	"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, public', current_database()); END $$",
	"DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$",
};

static const Row rows[] = {
	/* Backups that are right. */
	{ "SELECT 1", PLAIN_UP, NULL },
	{ ordinary, "ALTER TABLE app.people DROP note CASCADE; DELETE FROM app.orders; DROP FUNCTION app.touch CASCADE",
	  NULL },
	{ ordinary, "DROP SCHEMA app CASCADE", NULL },
	{ expressions, "ALTER TABLE t ADD CHECK (role IN ('user', 'x')); DROP MATERIALIZED VIEW m", NULL },
	/* Other rows than before are right when the clock or chance has made them. */
	{ "CREATE TABLE t (a timestamptz)",
	  "INSERT INTO t VALUES (clock_timestamp()); ALTER TABLE t ADD b uuid DEFAULT "
	  "gen_random_uuid()",
	  NULL },
	{ "CREATE TABLE t (a int)", "CREATE INDEX CONCURRENTLY t_a ON t (a)", NULL },

	/* Objects that pg_restore, which works with an empty search_path, cannot create. */
	{ "CREATE TABLE limits (n int); INSERT INTO limits VALUES (10); "
	  "CREATE FUNCTION small(int) RETURNS bool LANGUAGE sql AS 'SELECT $1 < (SELECT max(n) FROM limits)'; "
	  "CREATE TABLE t (a int CHECK (small(a))); INSERT INTO t VALUES (1);",
	  PLAIN_UP,
	  "pg_restore cannot restore the backup from before \"2.sql\": COPY failed for table \"t\": ERROR: relation "
	  "\"limits\" does not exist" },
	{ "CREATE TABLE t (a int); CREATE FUNCTION n() RETURNS bigint LANGUAGE plpgsql AS "
	  "'BEGIN RETURN (SELECT count(*) FROM t); END'; CREATE MATERIALIZED VIEW m AS SELECT n();",
	  PLAIN_UP,
	  "pg_restore cannot restore the backup from before \"2.sql\": could not execute query: ERROR: relation "
	  "\"t\" does not exist" },
	/* Rows that the constraint would refuse today. */
	{ "CREATE FUNCTION small(int) RETURNS bool LANGUAGE sql AS 'SELECT $1 < 10'; CREATE TABLE t (a int CHECK "
	  "(small(a))); INSERT INTO t VALUES (9); CREATE OR REPLACE FUNCTION small(int) RETURNS bool LANGUAGE sql AS "
	  "'SELECT $1 < 5';",
	  PLAIN_UP, "new row for relation \"t\" violates check constraint \"t_a_check\"" },
	/* Properties that pg_dump leaves out. */
	{ "@0", PLAIN_UP, "setting \"search_path\" of the database: was \"app, public\", is missing" },
	{ "@1", PLAIN_UP, "privilege TEMPORARY on the database for PUBLIC is unexpected: \"granted\"" },
	{ "CREATE EXTENSION citext; CREATE TABLE words (w text); INSERT INTO words VALUES ('a'); "
	  "ALTER EXTENSION citext ADD TABLE words;",
	  PLAIN_UP, "number of rows in \"public.words\" of the extension \"citext\": was \"1\", is missing" },
	{ "CREATE EXTENSION citext VERSION '1.5'", PLAIN_UP, "extension \"citext\": version was \"1.5\", is" },
	/* A backup does not drop what an empty database has. */
	/* Properties that only the original has. */
	{ "CREATE TABLE t (a int); ALTER TABLE t ADD b int; ALTER TABLE t DROP a;",
	  "DO $$ BEGIN IF (SELECT attnum FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'b') = 1 THEN "
	  "RAISE "
	  "'made anew'; END IF; END $$;",
	  "\"2.sql\" fails on the restored backup: made anew" },
	{ "CREATE TABLE t (a int); ALTER TABLE t ADD b int; ALTER TABLE t DROP a;",
	  "DO $$ BEGIN IF (SELECT attnum FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'b') = 1 THEN "
	  "CREATE TABLE odd (); END IF; END $$;",
	  "on the restored backup \"2.sql\" does not give what it gives on the original: table \"public.odd\" is "
	  "unexpected" },
	{ "CREATE TABLE t (a int); ALTER TABLE t ADD b int; ALTER TABLE t DROP a;",
	  "INSERT INTO t SELECT 1 FROM pg_attribute WHERE attrelid = 't'::regclass AND attisdropped",
	  "table \"public.t\" had 1 row, has 0" },
};

static void
write_file(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
remove_folder(const char *folder)
{
	static const char *const names[] = { "1.sql", "2.sql", "pg_dump", "pg_restore" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(folder, names[i], NULL);
		g_unlink(path);
	}
	assert_int_equal(g_rmdir(folder), 0);
}

/* A machine may have a server that is newer than its newest pg_dump; the other tests run then, too. */
static ScratchDumpPrograms *
programs(void)
{
	g_autoptr(GError) error = NULL;
	ScratchDumpPrograms *found = scratch_dump_find(support_server(), &error);

	if (found == NULL) {
		print_message("skipped: %s\n", error->message);
		g_clear_error(&error);
		skip();
	}
	return found;
}

static ReportCase *
run(const char *folder, const Row *row, const ScratchDumpPrograms *with)
{
	g_autoptr(GError) error = NULL;
	const MigrationOptions options = { .directory = folder, .format = "plain" };
	const char *const excluded[] = { "public.schema_migrations", NULL };
	const char *const own[] = { ROWS_COPY_SCHEMA, NULL };
	const CatalogExclusions exclusions = { .tables = excluded, .schemas = own };

	write_file(folder, "1.sql", row->before[0] == '@' ? per_database[row->before[1] - '0'] : row->before);
	write_file(folder, "2.sql", row->up);
	g_autoptr(MigrationSet) set = migration_set_load(&options, &error);
	support_check(set != NULL, g_steal_pointer(&error), row->up);
	g_auto(CheckWorkspace) workspace = { .server = support_server(), .set = set, .exclusions = &exclusions };
	support_check(check_workspace_open(&workspace, "test", &error), g_steal_pointer(&error), "workspace");
	g_auto(CheckAfter) first = { 0 };
	support_check(check_apply(&workspace, g_ptr_array_index(set->migrations, 0), NULL, &first, &error),
	              g_steal_pointer(&error), row->before);
	if (first.failure.failed)
		fail_msg("%s", first.failure.details);
	ReportCase *test_case = report_case_new("db", "restore", "2", (SourcePosition){ .path = "2.sql" });
	g_auto(CheckAfter) after = { 0 };
	const CheckRestore restore = { .workspace = &workspace,
		                       .programs = with,
		                       .migration = g_ptr_array_index(set->migrations, 1),
		                       .before = first.catalog,
		                       .test_case = test_case };
	support_check(check_restore(&restore, &after, &error), g_steal_pointer(&error), row->up);
	if (after.failure.failed)
		fail_msg("%s", after.failure.details);
	assert_non_null(after.catalog);
	return test_case;
}

static void
expect(const char *folder, const Row *row, const ScratchDumpPrograms *with)
{
	g_autoptr(ReportCase) found = run(folder, row, with);
	g_autofree char *text = g_strconcat(found->message != NULL ? found->message : "", "\n", found->details, NULL);

	if (row->problem == NULL && found->status != REPORT_PASSED)
		fail_msg("%s\n%s\n%s", text, row->up, row->before);
	if (row->problem != NULL && (found->status != REPORT_FAILED || strstr(text, row->problem) == NULL))
		fail_msg("expected: %s\nfound: %s\n%s\n%s", row->problem, text, row->up, row->before);
}

static void
every_backup_is_judged(void **state)
{
	g_autoptr(ScratchDumpPrograms) with = programs();
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		expect(folder, &rows[i], with);
	remove_folder(folder);
}

/* --- Which pg_dump --------------------------------------------------------- */

static void
write_program(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	write_file(folder, name, text);
	assert_int_equal(g_chmod(path, 0755), 0);
}

static void
output_of_a_stand_in_is_reported(void **state)
{
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	static const Row row = { "SELECT 1", PLAIN_UP,
		                 "pg_dump refuses the database before \"2.sql\": no \xef\xbf\xbd today\n" };
	static const Row half = { "CREATE TABLE t (a int)", PLAIN_UP,
		                  "restored backup is not the database from before \"2.sql\": table \"public.t\" is "
		                  "missing" };
	static const Row silent = { "SELECT 1", PLAIN_UP, "it prints nothing, and ends with exit code 3" };
	ScratchDumpPrograms with = { .directory = folder, .version = 150000 };

	(void)state;
	write_program(folder, "pg_dump", "#!/bin/sh\nprintf 'pg_dump: error: no \\377 today' >&2\nexit 1\n");
	expect(folder, &row, &with);
	write_program(folder, "pg_dump", "#!/bin/sh\nexit 3\n");
	expect(folder, &silent, &with);
	/* Success is not believed. */
	write_program(folder, "pg_dump", "#!/bin/sh\nexit 0\n");
	write_program(folder, "pg_restore", "#!/bin/sh\nexit 0\n");
	expect(folder, &half, &with);
	remove_folder(folder);
}

static void
programs_that_cannot_be_run_are_an_error(void **state)
{
	static const ScratchDumpPrograms nowhere = { .directory = (char *)"/nowhere" };
	g_autofree char *stderr_text = NULL;
	ScratchDump *dump = NULL;
	g_autoptr(GError) error = NULL;
	SupportDatabase *database = *state;

	assert_false(scratch_dump_take(&nowhere, support_server(), database->database, &dump, &stderr_text, &error));
	assert_null(dump);
	assert_non_null(strstr(error->message, "could not run \"/nowhere/pg_dump\""));
}

static void
the_programs_fit_the_server(void **state)
{
	g_autoptr(ScratchDumpPrograms) found = programs();

	(void)state;
	assert_true(found->version / 10000 >= scratch_server_version(support_server()) / 10000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_backup_is_judged),
		cmocka_unit_test(output_of_a_stand_in_is_reported),
		cmocka_unit_test_setup_teardown(programs_that_cannot_be_run_are_an_error, support_open, support_close),
		cmocka_unit_test(the_programs_fit_the_server),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
