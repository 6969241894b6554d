#include "migration/detect/other_use.h"

#include "migration/detect/formats.h"
#include "migration/text/reader.h"

#include <string.h>

/* Whether the statement reads relations, and changes nothing: SELECT of a function alone may do anything. */
static bool
other_use_reads(const MigrationStatement *statement)
{
	static const char *const begin[] = { "SELECT", "WITH", "EXPLAIN", NULL };
	static const char *const change[] = { "INSERT", "UPDATE", "DELETE", "MERGE", "INTO", NULL };
	g_auto(MigrationReader) reader = { 0 };
	bool reads = false;

	if (!migration_reader_begin(&reader, statement->sql) || !migration_reader_is_any(&reader, 0, begin))
		return false;
	for (guint i = 0; i < reader.tokens->len; i++) {
		if (migration_reader_is_any(&reader, i, change))
			return false;
		reads = reads || migration_reader_is_word(&reader, i, "FROM");
	}
	return reads;
}

static bool
other_use_is_query(const MigrationScript *script)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; i < statements->len; i++)
		if (!other_use_reads(g_ptr_array_index(statements, i)))
			return false;
	return statements->len > 0;
}

/* The output that pg_regress expects of a file "sql/NAME.sql" is "expected/NAME.out". The caller frees it. */
static char *
other_use_expected(const MigrationPlace *place, const Migration *migration)
{
	g_autofree char *folder = g_path_get_basename(place->directory);
	g_autofree char *above = g_path_get_dirname(place->directory);
	g_autofree char *name = g_strndup(migration->name, strlen(migration->name) - strlen(".sql"));
	g_autofree char *file = g_strconcat(name, ".out", NULL);
	g_autofree char *path = g_build_filename(above, "expected", file, NULL);

	return strcmp(folder, "sql") == 0 && g_file_test(path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer(&path) : NULL;
}

char *
migration_other_use(const MigrationPlace *place)
{
	guint n_queries = 0;

	if (place->set == NULL || place->set->format != &migration_format_plain || place->set->migrations->len == 0)
		return NULL;
	const GPtrArray *migrations = place->set->migrations;
	g_autofree char *expected = other_use_expected(place, g_ptr_array_index(migrations, 0));
	if (expected != NULL)
		return g_strdup_printf("holds tests for pg_regress, by \"%s\"", expected);
	for (guint i = 0; i < migrations->len; i++)
		n_queries += other_use_is_query(((const Migration *)g_ptr_array_index(migrations, i))->up);
	/* A query may make a view for itself. */
	if (4 * n_queries < 3 * migrations->len)
		return NULL;
	return g_strdup_printf("holds queries, and no migrations, by \"%s\"",
	                       ((const Migration *)g_ptr_array_index(migrations, 0))->name);
}
