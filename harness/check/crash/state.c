#include "check/crash/state.h"

#include "catalog/diff.h"
#include "check/workspace/sequences.h"

#include <string.h>

#define LINES_SHOWN 50

void
check_crash_state_clear(CheckCrashState *state)
{
	g_clear_pointer(&state->catalog, catalog_snapshot_unref);
	g_clear_pointer(&state->applied, g_hash_table_unref);
	g_clear_pointer(&state->rows, rows_state_unref);
	g_clear_pointer(&state->sequences, db_result_free);
}

bool
check_crash_state_read(CheckWorkspace *workspace, CheckCrashState *ret_state, GError **error)
{
	g_auto(CheckCrashState) state = { 0 };

	state.catalog = check_workspace_snapshot(workspace, error);
	if (state.catalog == NULL)
		return false;
	state.applied = migration_runner_applied(workspace->runner, error);
	if (state.applied == NULL)
		return false;
	/* With the history table: a row that a tool keeps to say "failed" is something left behind, too. */
	state.rows = rows_state_read(workspace->session, NULL, error);
	if (state.rows == NULL)
		return false;
	state.sequences = check_sequences_read(workspace->session, error);
	if (state.sequences == NULL)
		return false;
	*ret_state = state;
	state = (CheckCrashState){ 0 };
	return true;
}

/* --- In words ------------------------------------------------------------- */

static void
crash_state_add_line(GPtrArray *lines, char *line)
{
	g_ptr_array_add(lines, line);
}

static char *
crash_state_join(GPtrArray *lines)
{
	GString *text = g_string_new(NULL);

	if (lines->len == 0) {
		g_string_free(text, TRUE);
		return NULL;
	}
	for (guint i = 0; i < lines->len && i < LINES_SHOWN; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "", (const char *)g_ptr_array_index(lines, i));
	if (lines->len > LINES_SHOWN)
		g_string_append_printf(text, "\n... and %u more", lines->len - LINES_SHOWN);
	return g_string_free(text, FALSE);
}

static bool
is_invalid(const CatalogObject *index)
{
	const CatalogAttribute *valid = index != NULL ? catalog_object_attribute(index, "valid") : NULL;

	return valid != NULL && strcmp(valid->value, "false") == 0;
}

/* A diff shows an index of a new table by showing the table; one that is INVALID is shown in any case. */
static void
add_invalid(GPtrArray *lines, const CatalogSnapshot *expected, const CatalogSnapshot *found)
{
	guint n;
	guint first = catalog_snapshot_range(found, CATALOG_INDEX, NULL, NULL, &n);

	for (guint i = first; i < first + n; i++) {
		const CatalogObject *index = catalog_snapshot_object(found, i);
		if (is_invalid(index) && !is_invalid(catalog_snapshot_find(expected, CATALOG_INDEX, index->schema,
		                                                           index->relation, index->name)))
			crash_state_add_line(
			    lines, g_strdup_printf("index \"%s\" is INVALID: it is not used, and is written to "
			                           "all the same",
			                           index->identity));
	}
}

static void
add_catalog(GPtrArray *lines, const CatalogSnapshot *expected, const CatalogSnapshot *found)
{
	g_autoptr(GArray) differences = catalog_diff(expected, found, NULL);

	for (guint i = 0; i < differences->len; i++) {
		const CatalogDifference *difference = &g_array_index(differences, CatalogDifference, i);
		bool index = difference->found != NULL && difference->found->class_id == CATALOG_INDEX;
		if (!index || !is_invalid(difference->found))
			crash_state_add_line(lines, catalog_difference_describe(difference));
	}
	add_invalid(lines, expected, found);
}

/* The history table is the first of the tool's own. */
static bool
crash_state_is_history(const CheckWorkspace *workspace, const char *table)
{
	const char *const *tables = workspace->exclusions != NULL ? workspace->exclusions->tables : NULL;

	return tables != NULL && tables[0] != NULL && strcmp(tables[0], table) == 0;
}

/* Another table of the tool, such as that of its lock, which a killed run leaves taken. */
static bool
is_companion(const CheckWorkspace *workspace, const char *table)
{
	const char *const *tables = workspace->exclusions != NULL ? workspace->exclusions->tables : NULL;

	return tables != NULL && !crash_state_is_history(workspace, table) && g_strv_contains(tables, table);
}

static bool
is_unlogged(const CatalogSnapshot *catalog, const char *table)
{
	guint n;
	guint first = catalog_snapshot_range(catalog, CATALOG_TABLE, NULL, NULL, &n);

	for (guint i = first; i < first + n; i++) {
		const CatalogObject *object = catalog_snapshot_object(catalog, i);
		const CatalogAttribute *persistence = catalog_object_attribute(object, "persistence");
		if (strcmp(object->identity, table) == 0)
			return persistence != NULL && strcmp(persistence->value, "unlogged") == 0;
	}
	return false;
}

/* The tables whose rows differ, of RowsDifference *, except for the effects of a recovery. */
static GPtrArray *
crash_compare_rows(const CheckCrashState *expected, const CheckCrashState *now)
{
	GPtrArray *differences = rows_state_compare(expected->rows, now->rows);

	for (guint i = differences->len; i-- > 0 && now->recovered;) {
		const RowsDifference *difference = g_ptr_array_index(differences, i);
		if (is_unlogged(now->catalog, difference->table))
			g_ptr_array_remove_index(differences, i);
	}
	return differences;
}

/* True when the same migrations are applied by both. */
static bool
same_applied(const CheckCrashState *a, const CheckCrashState *b)
{
	GHashTableIter iterator;
	gpointer name;

	if (g_hash_table_size(a->applied) != g_hash_table_size(b->applied))
		return false;
	g_hash_table_iter_init(&iterator, a->applied);
	while (g_hash_table_iter_next(&iterator, &name, NULL))
		if (!g_hash_table_contains(b->applied, name))
			return false;
	return true;
}

char *
check_crash_state_left(const CheckWorkspace *workspace, const Migration *migration, const CheckCrashState *before,
                       const CheckCrashState *now)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) rows = crash_compare_rows(before, now);
	bool applied = g_hash_table_contains(now->applied, migration->name);
	bool history = !same_applied(before, now);

	add_catalog(lines, before->catalog, now->catalog);
	for (guint i = 0; i < rows->len; i++) {
		const RowsDifference *difference = g_ptr_array_index(rows, i);
		if (crash_state_is_history(workspace, difference->table))
			history = true;
		else if (!is_companion(workspace, difference->table))
			crash_state_add_line(lines, rows_difference_describe(difference));
	}
	char *sequences = check_sequences_compare(NULL, before->sequences, now->sequences);
	if (sequences != NULL)
		crash_state_add_line(lines, sequences);
	if (lines->len == 0 && !history)
		return NULL;
	crash_state_add_line(
	    lines, g_strdup(applied   ? "the history says that the migration is applied"
	                    : history ? "the history has changed, and does not say that the migration is applied"
	                              : "the history does not say that the migration is applied"));
	return crash_state_join(lines);
}

char *
check_crash_state_missed(const CheckWorkspace *workspace, const CheckCrashState *after, const CheckCrashState *now)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) rows = crash_compare_rows(after, now);
	bool history = !same_applied(after, now);

	add_catalog(lines, after->catalog, now->catalog);
	for (guint i = 0; i < rows->len; i++) {
		const RowsDifference *difference = g_ptr_array_index(rows, i);
		if (difference->kind != ROWS_NUMBER || is_companion(workspace, difference->table))
			continue;
		if ((!history && !now->repaired) || !crash_state_is_history(workspace, difference->table))
			crash_state_add_line(lines, rows_difference_describe(difference));
	}
	if (history)
		crash_state_add_line(lines, g_strdup("the history names other migrations as applied"));
	return crash_state_join(lines);
}
