#include "check/changes/overwritten.h"

#include "catalog/identity.h"
#include "check/workspace/place.h"

static bool
overwritten_is_upsert(const char *sql)
{
	bool inserts = check_place_has_word(sql, "CONFLICT") && check_place_has_word(sql, "UPDATE");

	return inserts || (check_place_has_word(sql, "MERGE") && check_place_has_word(sql, "MATCHED"));
}

/* The upsert into the table; NULL: there is none. */
static const MigrationStatement *
overwritten_find_statement(const MigrationScript *script, const char *table)
{
	const GPtrArray *statements = migration_script_statements(script);
	g_auto(GStrv) parts = catalog_identity_split(table);
	guint n = parts != NULL ? g_strv_length(parts) : 0;

	for (guint i = 0; n > 0 && i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		if (overwritten_is_upsert(statement->sql) && check_place_has_word(statement->sql, parts[n - 1]))
			return statement;
	}
	return NULL;
}

/* Whether an UPDATE writes the column, too. */
static bool
overwritten_is_updated(const MigrationScript *script, const RowsLoss *loss)
{
	const GPtrArray *statements = migration_script_statements(script);
	g_auto(GStrv) parts = catalog_identity_split(loss->table);
	guint n = parts != NULL ? g_strv_length(parts) : 0;

	for (guint i = 0; n > 0 && i < statements->len; i++) {
		const char *sql = ((const MigrationStatement *)g_ptr_array_index(statements, i))->sql;
		if (!overwritten_is_upsert(sql) && check_place_has_word(sql, "UPDATE") &&
		    check_place_has_word(sql, parts[n - 1]) && check_place_has_word(sql, loss->column))
			return true;
	}
	return false;
}

bool
check_overwritten_suspected(const MigrationScript *script, const char *table)
{
	return overwritten_find_statement(script, table) != NULL;
}

static char *
overwritten_quote(const char *value)
{
	return value != NULL ? g_strdup_printf("\"%s\"", value) : g_strdup("NULL");
}

static void
overwritten_note(const CheckChangeSearch *search, const RowsLoss *loss, const MigrationStatement *statement)
{
	CheckChange *change = check_change_new(search->changes, CHECK_CHANGE_OVERWRITTEN, loss->table, loss->column,
	                                       NULL);
	const RowsExample *example = &loss->examples[0];
	g_autofree char *was = overwritten_quote(example->before);
	g_autofree char *is = overwritten_quote(example->now);

	change->statement = statement;
	change->text = g_strdup_printf("an upsert overwrites column \"%s\" of table \"%s\" in %" G_GINT64_FORMAT
	                               " %s that %s there (%s%swas %s, is %s)",
	                               loss->column, loss->table, loss->n_rows, loss->n_rows == 1 ? "row" : "rows",
	                               loss->n_rows == 1 ? "was" : "were", example->key != NULL ? example->key : "",
	                               example->key != NULL ? ": " : "", was, is);
}

void
check_overwritten_find(const CheckChangeSearch *search)
{
	for (guint i = 0; i < search->losses->len; i++) {
		const RowsLoss *loss = g_ptr_array_index(search->losses, i);
		const MigrationStatement *statement = loss->kind == ROWS_VALUES_DIFFER && loss->n_examples > 0
		                                          ? overwritten_find_statement(search->script, loss->table)
		                                          : NULL;
		if (statement != NULL && !overwritten_is_updated(search->script, loss))
			overwritten_note(search, loss, statement);
	}
}
