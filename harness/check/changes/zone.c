#include "check/changes/zone.h"

#include "check/changes/changes_private.h"
#include "check/workspace/sequences.h"
#include "migration/runner/runner.h"

#include <string.h>

/* No time of the year has it like UTC, or like a zone in which many servers stand. */
#define OTHER_ZONE "Asia/Kathmandu"

static bool
zone_is_time(const char *type)
{
	return (g_str_has_prefix(type, "timestamp") || g_str_has_prefix(type, "time") || strcmp(type, "date") == 0) &&
	       !g_str_has_suffix(type, "[]");
}

static bool
zone_has_one(const char *type)
{
	return strstr(type, " with time zone") != NULL;
}

/* The columns that have got a zone, or lost theirs, as pairs of table and column; the names are the state's. */
static GPtrArray *
zone_find_columns(const RowsState *before, const RowsState *after)
{
	GPtrArray *found = g_ptr_array_new();

	for (guint i = 0; i < rows_state_size(before); i++) {
		const char *table = rows_state_name(before, i);
		g_autofree const char **columns = rows_state_columns(before, table);
		for (guint j = 0; rows_state_rows(before, table) > 0 && columns[j] != NULL; j++) {
			const char *was = rows_state_column_type(before, table, columns[j]);
			const char *is = rows_state_column_type(after, table, columns[j]);
			if (is == NULL || rows_state_column_is_remade(before, after, table, columns[j]) ||
			    !zone_is_time(was) || !zone_is_time(is) || zone_has_one(was) == zone_has_one(is))
				continue;
			g_ptr_array_add(found, (gpointer)table);
			g_ptr_array_add(found, (gpointer)columns[j]);
		}
	}
	return found;
}

/* What the column was and is in the other zone; NULL: nothing is known. The caller frees it. */
static char *
zone_describe_examples(const GPtrArray *losses, const char *table, const char *column)
{
	g_autoptr(GPtrArray) one = g_ptr_array_new();

	for (guint i = 0; i < losses->len; i++) {
		RowsLoss *loss = g_ptr_array_index(losses, i);
		if (loss->kind == ROWS_VALUES_DIFFER && strcmp(loss->table, table) == 0 &&
		    strcmp(loss->column, column) == 0)
			g_ptr_array_add(one, loss);
	}
	g_autofree char *text = one->len > 0 ? rows_losses_describe(one) : NULL;
	return text != NULL ? g_strdup_printf("with TimeZone %s:\n%s", OTHER_ZONE, text) : NULL;
}

static void
zone_add(GPtrArray *changes, const RowsState *before, const RowsState *after, const GPtrArray *losses,
         const char *table, const char *column)
{
	CheckChange *change = check_change_new(changes, CHECK_CHANGE_ZONE, table, column, NULL);

	change->text = g_strdup_printf("column \"%s\" of table \"%s\" was %s, is %s: which times its %" G_GINT64_FORMAT
	                               " rows have then depends on the TimeZone of whoever runs the migration",
	                               column, table, rows_state_column_type(before, table, column),
	                               rows_state_column_type(after, table, column), rows_state_rows(before, table));
	change->examples = zone_describe_examples(losses, table, column);
	change->hint = "say which zone the times are of: TYPE ... USING column AT TIME ZONE 'UTC'";
}

/* In a transaction that the caller rolls back. */
static bool
zone_compare(CheckWorkspace *workspace, const Migration *migration, const RowsState *before, const RowsState *after,
             const GPtrArray *columns, GPtrArray *changes, GError **error)
{
	DbSession *session = workspace->session;
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(GPtrArray) tables = g_ptr_array_new();

	for (guint i = 0; i < columns->len; i += 2)
		g_ptr_array_add(tables, g_ptr_array_index(columns, i));
	g_ptr_array_add(tables, NULL);
	if (!rows_keep_copy(session, before, (const char *const *)tables->pdata, error) ||
	    !db_session_execute(session, "SET LOCAL TimeZone TO '" OTHER_ZONE "'", error) ||
	    !migration_runner_apply_within(workspace->runner, migration, MIGRATION_UP, &outcome, error))
		return false;
	if (outcome.failed)
		return true;
	g_autoptr(GPtrArray) losses = rows_explain(session, before, error);
	g_autoptr(RowsState)
	    now = losses != NULL ? rows_state_update(session, before, NULL, workspace->exclusions, error) : NULL;
	for (guint i = 0; now != NULL && i < columns->len; i += 2) {
		const char *table = g_ptr_array_index(columns, i);
		const char *column = g_ptr_array_index(columns, i + 1);
		if (!rows_state_column_holds(after, now, table, column, column))
			zone_add(changes, before, after, losses, table, column);
	}
	return now != NULL;
}

bool
check_zone_find(CheckWorkspace *workspace, const Migration *migration, const RowsState *before, const RowsState *after,
                GPtrArray *changes, GError **error)
{
	DbSession *session = workspace->session;
	g_autoptr(GPtrArray) columns = zone_find_columns(before, after);

	if (columns->len == 0)
		return true;
	if (!db_session_reset(session, error))
		return false;
	g_autoptr(DbResult) sequences = check_sequences_read_used_and_begin(session, error);
	if (sequences == NULL)
		return false;
	if (!zone_compare(workspace, migration, before, after, columns, changes, error)) {
		db_session_run_cleanup(session, "ROLLBACK");
		return false;
	}
	return db_session_execute(session, "ROLLBACK", error) && check_sequences_restore(session, sequences, error);
}
