/* The position of an object in a schema file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "migration/schema/schema_index.h"

#include <glib/gstdio.h>
#include <string.h>

static const char *const text = "COMMENT ON SCHEMA public IS 'a.title';\n"       /* 1 */
				"CREATE TABLE IF NOT EXISTS kb.\"Odd.Name\" (\n" /* 2 */
				"    id int PRIMARY KEY,\n"
				"    title text -- note\n"
				");\n"
				"CREATE TABLE kb.b (\n" /* 6 */
				"    note text,\n"
				"    ref int REFERENCES kb.\"Odd.Name\" (id)\n"
				");\n"
				"CREATE UNIQUE INDEX CONCURRENTLY i ON kb.b (note);\n" /* 10 */
				"CREATE OR REPLACE FUNCTION kb.touch(a int)\n"         /* 11 */
				"    RETURNS int LANGUAGE sql AS 'SELECT 1 AS never';\n";

static MigrationSchemaFile *
load(void)
{
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	int descriptor = g_file_open_tmp("pgassay-index-XXXXXX.sql", &path, NULL);

	assert_true(descriptor >= 0);
	g_close(descriptor, NULL);
	assert_true(g_file_set_contents(path, text, -1, NULL));
	MigrationSchemaFile *file = migration_schema_file_load(path, &error);
	g_unlink(path);
	if (file == NULL)
		fail_msg("%s", error->message);
	return file;
}

static void
objects_are_found(void **state)
{
	static const struct {
		const char *relation;
		const char *name;
		guint line;
		guint column;
	} rows[] = {
		{ NULL, "Odd.Name", 2, 31 },
		{ "Odd.Name", "title", 4, 5 },
		{ "Odd.Name", "Odd.Name_pkey", 2, 31 }, /* a name that the server gives: where the table is made */
		{ "b", "note", 7, 5 },
		{ "b", "i", 10, 34 },
		{ NULL, "touch(integer)", 11, 31 },
		{ NULL, "never", 0, 0 },
		{ NULL, "nowhere", 0, 0 },
		{ "nowhere", "id", 0, 0 },
	};
	g_autoptr(MigrationSchemaFile) file = load();
	g_autoptr(MigrationSchemaIndex) index = migration_schema_index_new(file);

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		SourcePosition position = migration_schema_index_find(index, rows[i].relation, rows[i].name);
		if (position.line != rows[i].line || position.column != rows[i].column)
			fail_msg("\"%s\" is at %u:%u", rows[i].name, position.line, position.column);
		assert_non_null(position.path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(objects_are_found) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
