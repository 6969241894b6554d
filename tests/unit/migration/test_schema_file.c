/* A schema as one file: ignored commands of psql, statements that are left out, and refused ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "migration/schema/schema_file.h"

#include <glib/gstdio.h>
#include <string.h>

/* Loads the text as the file "schema.sql" of a temporary working directory. */
static MigrationSchemaFile *
load(const char *text, GError **error)
{
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);

	assert_int_equal(g_chdir(folder), 0);
	assert_true(g_file_set_contents("schema.sql", text, -1, NULL));
	MigrationSchemaFile *file = migration_schema_file_load("schema.sql", error);
	g_unlink("schema.sql");
	assert_int_equal(g_chdir("/"), 0);
	g_rmdir(folder);
	return file;
}

static MigrationSchemaFile *
load_fine(const char *text)
{
	g_autoptr(GError) error = NULL;
	MigrationSchemaFile *file = load(text, &error);

	if (file == NULL)
		fail_msg("%s", error->message);
	return file;
}

static void
psql_commands_are_passed_over(void **state)
{
	g_autoptr(MigrationSchemaFile) file = load_fine("\\restrict Ab12\n"
	                                                "\\set ON_ERROR_STOP on\n"
	                                                "\\encoding UTF8\n"
	                                                "  \\echo 'it''s here; isn''t it\n"
	                                                "\\connect kb\n"
	                                                "CREATE TABLE a (t text DEFAULT '\n\\d\n');\n"
	                                                "COPY a (t) FROM stdin;\n\\N\n\\\\c\n\\.\n"
	                                                "\\c kb\n"
	                                                "CREATE TABLE b ();\n"
	                                                "\\unrestrict Ab12\n");
	const GPtrArray *statements = migration_script_statements(file->script);

	(void)state;
	assert_int_equal(statements->len, 3);
	const MigrationStatement *first = g_ptr_array_index(statements, 0);
	const MigrationStatement *copy = g_ptr_array_index(statements, 1);
	const MigrationStatement *last = g_ptr_array_index(statements, 2);
	assert_string_equal(first->sql, "CREATE TABLE a (t text DEFAULT '\n\\d\n')");
	assert_int_equal(copy->data_length, strlen("\\N\n\\\\c\n"));
	assert_string_equal(last->sql, "CREATE TABLE b ()");
	assert_int_equal(base_source_position(migration_script_source(file->script), last->offset).line, 14);
	assert_int_equal(file->left_out->len, 0);
}

static void
statements_about_the_server_are_left_out(void **state)
{
	g_autoptr(MigrationSchemaFile) file = load_fine("CREATE DATABASE kb WITH TEMPLATE = template0;\n"
	                                                "ALTER DATABASE kb OWNER TO app;\n"
	                                                "\\connect kb\n"
	                                                "CREATE ROLE app;\n"
	                                                "GRANT readers TO app;\n"
	                                                "GRANT CONNECT, TEMP ON DATABASE kb TO app;\n"
	                                                "GRANT SELECT, INSERT ON t TO app;\n"
	                                                "CREATE USER MAPPING FOR app SERVER s;\n"
	                                                "CREATE TABLE database (role int);\n");
	static const char *const expected[] = { "schema.sql:1: CREATE DATABASE", "schema.sql:2: ALTER DATABASE",
		                                "schema.sql:4: CREATE ROLE", "schema.sql:5: GRANT of a role",
		                                "schema.sql:6: GRANT ON DATABASE" };

	(void)state;
	assert_int_equal(migration_script_statements(file->script)->len, 3);
	assert_int_equal(file->left_out->len, G_N_ELEMENTS(expected));
	for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
		assert_string_equal(g_ptr_array_index(file->left_out, i), expected[i]);
}

/* pg_dump -n public writes it. */
static void
the_schema_that_every_database_has_is_not_made(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		guint n_left_out;
	} cases[] = {
		{ "CREATE SCHEMA public;\nCREATE TABLE t ();\n", 1 },
		{ "create schema \"public\";\nCREATE TABLE t ();\n", 1 },
		{ "CREATE SCHEMA publicity;\nCREATE TABLE t ();\n", 0 },
		{ "DROP SCHEMA IF EXISTS public;\nCREATE SCHEMA public;\nCREATE TABLE t ();\n", 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(MigrationSchemaFile) file = load_fine(cases[i].text);
		assert_int_equal(file->left_out->len, cases[i].n_left_out);
	}
}

static void
unsupported_lines_are_refused_with_a_position(void **state)
{
	static const struct {
		const char *text;
		const char *parts[3];
	} cases[] = {
		{ "CREATE TABLE a ();\n\\i more.sql\n",
		  { "schema.sql:2:1: the psql command \"\\i\" is not understood", "2 | \\i more.sql",
		    "hint: take it out, or write it in SQL; passed over are \\restrict" } },
		{ "SELECT 1 \\gexec\n", { "schema.sql:1:10: a psql command stands inside of a statement" } },
		{ "\\connect a\n\\connect b\nSELECT 1;",
		  { "schema.sql:2:1: the file holds more than one database: \"b\" after \"a\"" } },
		{ "\\encoding LATIN1\nSELECT 1;",
		  { "the encoding \"LATIN1\" is not understood", "save the file as UTF-8" } },
		{ "\\set owner 'bob'\nSELECT 1;", { "variables of psql are not replaced: \"owner\"" } },
		{ "-- nothing\n\\restrict x\n",
		  { "there is no statement in \"schema.sql\"", "pg_dump --schema-only" } },
		{ "CREATE ROLE app;", { "there is no statement in \"schema.sql\"" } },
		{ "SELECT 'a", { "schema.sql:1:8: unterminated string" } },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(MigrationSchemaFile) file = load(cases[i].text, &error);
		if (file != NULL)
			fail_msg("no error for %s", cases[i].text);
		for (gsize j = 0; j < 3 && cases[i].parts[j] != NULL; j++)
			if (strstr(error->message, cases[i].parts[j]) == NULL)
				fail_msg("\"%s\" does not contain \"%s\"", error->message, cases[i].parts[j]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(psql_commands_are_passed_over),
		cmocka_unit_test(statements_about_the_server_are_left_out),
		cmocka_unit_test(the_schema_that_every_database_has_is_not_made),
		cmocka_unit_test(unsupported_lines_are_refused_with_a_position),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
