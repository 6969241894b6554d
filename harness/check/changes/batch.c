#include "check/changes/batch.h"

#include "check/changes/changes_private.h"
#include "rows/state/queries.h"

#include <string.h>

static const char batch_pattern[] = "\\b(?:LIMIT\\s+|FETCH\\s+(?:FIRST|NEXT)\\s+)(?<n>\\d+)\\b";

/* The number of rows that the condition lets through; NULL: it says none. The caller frees it. */
static char *
batch_find_size(const CheckUpdate *update)
{
	g_autoptr(GRegex) regex = g_regex_new(batch_pattern, G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (update->where == NULL || !g_regex_match(regex, update->where, 0, &match))
		return NULL;
	return g_match_info_fetch_named(match, "n");
}

/* The column that one of the expressions reads, and the script drops; NULL: none. The caller frees it. */
static char *
batch_find_column(const CheckUpdate *update, const char **ret_new)
{
	char *column = NULL;

	for (guint i = 0; update->columns[i] != NULL && column == NULL; i++) {
		column = check_update_find_dropped(update, update->expressions[i]);
		*ret_new = update->columns[i];
	}
	return column;
}

bool
check_batch_suspects(const CheckUpdate *update)
{
	const char *new_column = NULL;
	g_autofree char *size = batch_find_size(update);
	g_autofree char *column = size != NULL ? batch_find_column(update, &new_column) : NULL;

	return column != NULL;
}

enum { BATCH_TABLE };

bool
check_batch_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement, GPtrArray *changes,
                GError **error)
{
	const char *new_column = NULL;
	g_autofree char *size = batch_find_size(update);
	g_autofree char *column = batch_find_column(update, &new_column);
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) found = NULL;
	g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.quote_ident(s.nspname) || '.' || "
	                                       "pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c "
	                                       "JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace WHERE c.oid = "
	                                       "(SELECT %s.tableoid FROM %s LIMIT 1)",
	                                       update->alias, update->target);

	if (!rows_try(session, sql, &found, &refusal, error))
		return false;
	if (found == NULL || db_result_rows(found) != 1)
		return true;
	const char *table = db_result_value(found, 0, BATCH_TABLE);
	CheckChange *change = check_change_new(changes, CHECK_CHANGE_VALUES_LOST, table, new_column, NULL);
	change->statement = statement;
	change->text = g_strdup_printf(
	    "column \"%s\" of table \"%s\" gets the values of \"%s\" in %s rows at most, and \"%s\" is "
	    "dropped: in a table with more rows the rest is gone",
	    new_column, table, column, size, column);
	change->hint =
	    "update all rows, or repeat the batch until none is left, and drop the column in a later migration";
	return true;
}
