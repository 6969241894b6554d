/* A schema as one file, run on a database. */
#include "support_runner.h"

#include "migration/schema/schema_file.h"

#include <glib/gstdio.h>
#include <string.h>

static MigrationSchemaFile *
load(const char *text)
{
	g_autofree char *path = NULL;
	GError *error = NULL;
	int descriptor = g_file_open_tmp("pgassay-schema-XXXXXX", &path, NULL);

	assert_true(descriptor >= 0);
	g_close(descriptor, NULL);
	assert_true(g_file_set_contents(path, text, -1, NULL));
	MigrationSchemaFile *file = migration_schema_file_load(path, &error);
	g_unlink(path);
	support_check(file != NULL, error, "migration_schema_file_load");
	return file;
}

static void
run(const MigrationSchemaFile *file, DbSession *session, const MigrationStandIns *stand_ins, MigrationOutcome *outcome)
{
	GError *error = NULL;
	bool done = migration_schema_file_run(file, session, stand_ins, outcome, &error);

	support_check(done, error, "migration_schema_file_run");
}

static void
a_dump_is_loaded_with_its_data(void **state)
{
	g_autoptr(MigrationSchemaFile) file = load("\\restrict k\n"
	                                           "SET check_function_bodies = false;\n"
	                                           "SELECT pg_catalog.set_config('search_path', '', false);\n"
	                                           "CREATE TABLE public.t (a integer);\n"
	                                           "COPY public.t (a) FROM stdin;\n1\n2\n\\.\n"
	                                           "BEGIN;\nALTER TABLE ONLY public.t ADD PRIMARY KEY (a);\nCOMMIT;\n"
	                                           "CREATE INDEX CONCURRENTLY i ON public.t (a);\n"
	                                           "\\unrestrict k\n");
	g_auto(MigrationOutcome) outcome = { 0 };
	DbSession *session = support_session(state);

	run(file, session, NULL, &outcome);
	if (outcome.failed)
		fail_msg("%s", outcome.details);
	/* The settings of the dump are gone: "t" is found. */
	assert_value(session, "SELECT count(*) FROM t", "2");
	assert_value(session,
	             "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisprimary AND indrelid = 't'::regclass",
	             "i");
}

static void
a_failure_has_its_place(void **state)
{
	g_autoptr(MigrationSchemaFile) file = load("CREATE TABLE t (a integer);\n"
	                                           "ALTER TABLE t\n  OWNER TO nobody_there;\n"
	                                           "CREATE TABLE never ();\n");
	g_auto(MigrationOutcome) outcome = { 0 };

	run(file, support_session(state), NULL, &outcome);
	assert_true(outcome.failed);
	assert_int_equal(outcome.position.line, 2);
	assert_string_equal(outcome.message, "role \"nobody_there\" does not exist");
	assert_value(support_session(state), "SELECT to_regclass('never') IS NULL", "t");
}

static void
an_open_transaction_is_a_failure(void **state)
{
	g_autoptr(MigrationSchemaFile) file = load("BEGIN;\nCREATE TABLE t ();\n");
	g_auto(MigrationOutcome) outcome = { 0 };

	run(file, support_session(state), NULL, &outcome);
	assert_true(outcome.failed);
	assert_contains(outcome.message, "leaves its transaction open");
	assert_value(support_session(state), "SELECT to_regclass('t') IS NULL", "t");
}

static void
stand_ins_run(void **state)
{
	g_autoptr(MigrationSchemaFile) file = load("CREATE EXTENSION IF NOT EXISTS vec WITH SCHEMA public;\n"
	                                           "COMMENT ON EXTENSION vec IS 'vectors';\n"
	                                           "CREATE TABLE t (v public.vec);\n");
	g_autoptr(GHashTable)
	    sources = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)base_source_unref);
	const MigrationStandIns stand_ins = { .sources = sources };
	g_auto(MigrationOutcome) outcome = { 0 };

	g_hash_table_insert(sources, (gpointer) "vec",
	                    base_source_new("vec.sql", "CREATE TYPE vec AS (x float8[]);", -1));
	run(file, support_session(state), &stand_ins, &outcome);
	if (outcome.failed)
		fail_msg("%s", outcome.details);
	assert_contains(outcome.notices, "STAND-IN: \"vec.sql\" ran in the place of CREATE EXTENSION vec");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_dump_is_loaded_with_its_data, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_failure_has_its_place, support_open, support_close),
		cmocka_unit_test_setup_teardown(an_open_transaction_is_a_failure, support_open, support_close),
		cmocka_unit_test_setup_teardown(stand_ins_run, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
