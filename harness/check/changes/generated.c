#include "check/changes/generated.h"

#include "catalog/identity.h"
#include "check/changes/update.h"
#include "check/workspace/place.h"

#include <string.h>

static const char generated_sql[] =
    "SELECT n.nspname, c.relname, a.attname FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = "
    "a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE a.attgenerated <> '' AND c.relkind IN "
    "('r', 'p')";

GHashTable *
check_generated_read(DbSession *session, GError **error)
{
	g_autoptr(DbResult) found = db_session_query(session, error, generated_sql, NULL);
	GHashTable *generated = found != NULL ? g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) : NULL;

	for (int row = 0; found != NULL && row < db_result_rows(found); row++)
		g_hash_table_add(generated,
		                 catalog_identity_join(db_result_value(found, row, 0), db_result_value(found, row, 1),
		                                       db_result_value(found, row, 2)));
	return generated;
}

/* Whether a statement may have taken the values elsewhere. */
static bool
generated_is_kept(const MigrationScript *script, const char *column)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; i < statements->len; i++) {
		const char *sql = ((const MigrationStatement *)g_ptr_array_index(statements, i))->sql;
		if (check_place_has_word(sql, column) && !check_place_has_word(sql, "DROP") &&
		    !check_place_has_word(sql, "GENERATED") && check_update_moves_values(sql))
			return true;
	}
	return false;
}

static void
generated_judge(const CheckChangeSearch *search, const RowsLoss *loss)
{
	const char *words[] = { "GENERATED", loss->column, NULL };

	CheckChange *change = check_change_new(search->changes, CHECK_CHANGE_VALUES_LOST, loss->table, loss->column,
	                                       NULL);
	change->text = g_strdup_printf(
	    "column \"%s\" of table \"%s\" is dropped and made again as a generated one, and "
	    "%" G_GINT64_FORMAT " %s another value than its expression gives: %s gone",
	    loss->column, loss->table, loss->n_rows, loss->n_rows == 1 ? "row had" : "rows had",
	    loss->n_rows == 1 ? "it is" : "they are");
	change->hint = "give the generated column a name of its own, or copy the values before";
	change->statement = check_place_find_statement(search->script, words);
	check_change_set_examples(change, loss);
}

/* Whether the changes have one of the column already. */
static bool
generated_is_known(const CheckChangeSearch *search, const RowsLoss *loss)
{
	for (guint i = 0; i < search->changes->len; i++) {
		const CheckChange *change = g_ptr_array_index(search->changes, i);
		if (strcmp(change->table, loss->table) == 0 && g_strcmp0(change->column, loss->column) == 0)
			return true;
	}
	return false;
}

static bool
generated_is_lost(const CheckChangeSearch *search, const RowsLoss *loss)
{
	const char *type = rows_state_column_type(search->after, loss->table, loss->column);

	return rows_state_column_is_remade(search->before, search->after, loss->table, loss->column) && type != NULL &&
	       strcmp(type, "tsvector") != 0 && !generated_is_known(search, loss) &&
	       !generated_is_kept(search->script, loss->column);
}

bool
check_generated_find(const CheckChangeSearch *search, GHashTable *generated, GError **error)
{
	g_autoptr(GHashTable) now = check_generated_read(search->session, error);

	for (guint i = 0; now != NULL && i < search->losses->len; i++) {
		const RowsLoss *loss = g_ptr_array_index(search->losses, i);
		g_auto(GStrv) parts = catalog_identity_split(loss->table);
		if (loss->kind != ROWS_VALUES_DIFFER || parts == NULL || g_strv_length(parts) != 2)
			continue;
		g_autofree char *column = catalog_identity_join(parts[0], parts[1], loss->column);
		if (g_hash_table_contains(now, column) && !g_hash_table_contains(generated, column) &&
		    generated_is_lost(search, loss))
			generated_judge(search, loss);
	}
	return now != NULL;
}
