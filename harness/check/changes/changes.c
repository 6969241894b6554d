#include "check/changes/changes.h"

#include "catalog/identity.h"
#include "check/changes/arrived.h"
#include "check/changes/changes_private.h"
#include "check/changes/generated.h"
#include "check/changes/nulls.h"
#include "check/changes/overwritten.h"
#include "check/changes/updates.h"
#include "check/changes/views.h"
#include "check/changes/zone.h"
#include "check/workspace/sequences.h"
#include "migration/runner/runner.h"

#include <string.h>

static void
proof_changes_change_free(gpointer data)
{
	CheckChange *change = data;

	g_free(change->table);
	g_free(change->column);
	g_free(change->other);
	g_free(change->text);
	g_free(change->examples);
	g_free(change);
}

CheckChange *
check_change_new(GPtrArray *changes, CheckChangeKind kind, const char *table, const char *column, const char *other)
{
	CheckChange *change = g_new0(CheckChange, 1);

	change->kind = kind;
	change->table = g_strdup(table);
	change->column = g_strdup(column);
	change->other = g_strdup(other);
	g_ptr_array_add(changes, change);
	return change;
}

/* --- Examples ---------------------------------------------------------------- */

const RowsLoss *
check_change_find_loss(const CheckChangeSearch *search, RowsLossKind kind, const char *table, const char *column)
{
	for (guint i = 0; search->losses != NULL && i < search->losses->len; i++) {
		const RowsLoss *loss = g_ptr_array_index(search->losses, i);
		if (loss->kind == kind && strcmp(loss->table, table) == 0 && g_strcmp0(loss->column, column) == 0)
			return loss;
	}
	return NULL;
}

void
check_change_set_examples(CheckChange *change, const RowsLoss *loss)
{
	g_autoptr(GPtrArray) one = g_ptr_array_new();

	if (loss == NULL)
		return;
	g_ptr_array_add(one, (gpointer)loss);
	change->examples = rows_losses_describe(one);
}

/* --- Tables -------------------------------------------------------------------- */

/* How many rows the table of this name had, also under another name; below 0: it is new. */
static gint64
change_rows_before(const CheckChangeSearch *search, const char *name)
{
	const char *oid = rows_state_oid(search->after, name);

	for (guint i = 0; i < rows_state_size(search->before); i++) {
		const char *was = rows_state_name(search->before, i);
		if (g_strcmp0(rows_state_oid(search->before, was), oid) == 0)
			return rows_state_rows(search->before, was);
	}
	return rows_state_rows(search->before, name);
}

static bool
change_has_columns_of(const CheckChangeSearch *search, const char *was, const char *is)
{
	g_autofree const char **names_before = rows_state_columns(search->before, was);
	g_autofree const char **names_after = rows_state_columns(search->after, is);
	guint n_same = 0;
	guint n_before = g_strv_length((char **)names_before);
	guint n_after = g_strv_length((char **)names_after);

	for (guint i = 0; i < n_before; i++) {
		const char *type = rows_state_column_type(search->after, is, names_before[i]);
		n_same += type != NULL &&
		          check_change_types_fit(rows_state_column_type(search->before, was, names_before[i]), type);
	}
	return n_before > 1 && n_same * 4 >= n_before * 3 && n_same * 4 >= n_after * 3;
}

/* Whether the new table has the name of the removed one, written in another way, and a column for each of its columns,
 * by their types. */
static bool
change_is_named_after(const CheckChangeSearch *search, const char *was, const char *is)
{
	g_auto(GStrv) old_name = catalog_identity_split(was);
	g_auto(GStrv) new_name = catalog_identity_split(is);
	g_autofree const char **before = rows_state_columns(search->before, was);
	g_autofree const char **after = rows_state_columns(search->after, is);
	g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL);

	if (old_name == NULL || new_name == NULL || !check_change_is_same_name(old_name[1], new_name[1]))
		return false;
	for (guint i = 0; before[i] != NULL; i++) {
		const char *type = rows_state_column_type(search->before, was, before[i]);
		bool found = false;
		for (guint j = 0; after[j] != NULL && !found; j++)
			found = check_change_types_fit(type, rows_state_column_type(search->after, is, after[j])) &&
			        g_hash_table_add(taken, (gpointer)after[j]);
		if (!found)
			return false;
	}
	return true;
}

/* A new table with the columns of the removed one, or with its name; NULL: there is none. *ret_rows is the number of
 * rows of all of them. */
static const char *
change_find_successor(const CheckChangeSearch *search, const char *gone, gint64 *ret_rows)
{
	const char *successor = NULL;

	*ret_rows = 0;
	for (guint i = 0; i < rows_state_size(search->after); i++) {
		const char *name = rows_state_name(search->after, i);
		if (change_rows_before(search, name) >= 0 ||
		    (!change_has_columns_of(search, gone, name) && !change_is_named_after(search, gone, name)))
			continue;
		*ret_rows += rows_state_rows(search->after, name);
		successor = name;
	}
	return successor;
}

static void
change_judge_gone_table(const CheckChangeSearch *search, const RowsDifference *difference)
{
	gint64 n_rows = 0;
	const char *successor = change_find_successor(search, difference->table, &n_rows);

	if (difference->rows_before == 0 || successor == NULL || n_rows >= difference->rows_before ||
	    rows_state_renamed_table(search->before, search->after, difference->table) != NULL)
		return;
	CheckChange *change = check_change_new(search->changes, CHECK_CHANGE_TABLE_EMPTIED, difference->table, NULL,
	                                       successor);
	g_autofree char *part = n_rows == 0 ? g_strdup("is new and empty")
	                                    : g_strdup_printf("has got %" G_GINT64_FORMAT " of them", n_rows);
	change->text = g_strdup_printf(
	    "table \"%s\" is dropped with its %" G_GINT64_FORMAT " rows, and \"%s\", which %s, %s", difference->table,
	    difference->rows_before, successor,
	    change_has_columns_of(search, difference->table, successor) ? "has its columns"
									: "has its name and columns of these types",
	    part);
	check_change_set_examples(change, check_change_find_loss(search, ROWS_LOST, difference->table, NULL));
}

/* The table that has got at least as many rows as this one has lost, and most of its columns; or NULL. It may be this
 * one itself: another one has taken its name. */
static const char *
change_find_receiver(const CheckChangeSearch *search, const RowsDifference *difference)
{
	gint64 n_lost = difference->rows_before - difference->rows_after;
	const char *oid = rows_state_oid(search->before, difference->table);

	for (guint i = 0; i < rows_state_size(search->after); i++) {
		const char *name = rows_state_name(search->after, i);
		bool is_itself = g_strcmp0(rows_state_oid(search->after, name), oid) == 0;
		gint64 n_new = rows_state_rows(search->after, name) -
		               (is_itself ? 0 : MAX(change_rows_before(search, name), 0));
		g_autofree const char **columns = rows_state_columns(search->before, difference->table);
		guint n_same = 0;
		for (guint j = 0; columns[j] != NULL; j++)
			n_same += rows_state_column_type(search->after, name, columns[j]) != NULL;
		if (strcmp(name, difference->table) != 0 && n_new >= n_lost &&
		    2 * n_same >= g_strv_length((char **)columns))
			return name;
	}
	return NULL;
}

static void
change_judge_rows(const CheckChangeSearch *search, const RowsDifference *difference)
{
	gint64 n_lost = difference->rows_before - difference->rows_after;

	if (n_lost <= 0)
		return;
	const char *receiver = change_find_receiver(search, difference);
	CheckChange *change = check_change_new(search->changes,
	                                       receiver != NULL ? CHECK_CHANGE_ROWS_MOVED : CHECK_CHANGE_ROWS_GONE,
	                                       difference->table, NULL, receiver);
	g_autofree char *where = receiver != NULL ? g_strdup_printf(", and \"%s\" has got as many", receiver)
	                                          : g_strdup("");
	change->text = g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " rows of table \"%s\" are gone%s",
	                               n_lost, difference->rows_before, difference->table, where);
	check_change_set_examples(change, check_change_find_loss(search, ROWS_LOST, difference->table, NULL));
}

/* --- Columns -------------------------------------------------------------------- */

/* Describes the loss of values; NULL: nothing was lost. The caller frees it. */
static char *
change_describe_loss(const RowsLoss *loss)
{
	gint64 n_less = loss->n_cut + loss->n_rounded;

	if (loss->n_nulled > 0)
		return g_strdup_printf("%" G_GINT64_FORMAT " %s become NULL", loss->n_nulled,
		                       loss->n_nulled == 1 ? "value has" : "values have");
	if (n_less == 0 || n_less + loss->n_reworded < loss->n_rows)
		return NULL;
	return g_strdup_printf("%" G_GINT64_FORMAT " %s %s", n_less, n_less == 1 ? "value was" : "values were",
	                       loss->n_rounded > 0 ? "rounded" : "cut");
}

static bool
change_judge_column(const CheckChangeSearch *search, const RowsDifference *difference, const char *column,
                    GError **error)
{
	const char *table = difference->table;
	bool remade = rows_state_column_is_remade(search->before, search->after, table, column);
	const char *was = rows_state_column_type(search->before, table, column);
	const char *is = rows_state_column_type(search->after, table, column);
	const RowsLoss *loss = check_change_find_loss(search, ROWS_VALUES_DIFFER, table, column);
	bool empty = false;

	if (!remade && !rows_state_column_has_other_type(search->before, search->after, table, column))
		return true;
	if (remade && !check_change_is_empty(search, table, column, &empty, error))
		return false;
	if (empty && (loss == NULL || loss->n_distinct_before > 1 || loss->n_nulled > 0)) {
		CheckChange *change = check_change_new(search->changes, CHECK_CHANGE_COLUMN_EMPTIED, table, column,
		                                       NULL);
		change->text = g_strdup_printf(
		    "column \"%s\" of table \"%s\" is dropped and made again, and the values of "
		    "%" G_GINT64_FORMAT " rows are gone",
		    column, table, difference->rows_before);
		check_change_set_examples(change, loss);
		return true;
	}
	g_autofree char *what = loss != NULL ? change_describe_loss(loss) : NULL;
	if (what != NULL) {
		CheckChange *change = check_change_new(search->changes, CHECK_CHANGE_VALUES_LOST, table, column, NULL);
		change->cut = loss->n_nulled == 0;
		change->shortened = change->cut && loss->n_rounded == 0;
		change->text = g_strdup_printf("column \"%s\" of table \"%s\" was %s, is %s%s: %s", column, table, was,
		                               is, strcmp(was, is) == 0 ? " made anew" : "", what);
		check_change_set_examples(change, loss);
	}
	return true;
}

/* INSERT ... SELECT * goes by the order of columns, and not by their names. */
static void
change_judge_exchange(const CheckChangeSearch *search, const RowsDifference *difference, const char *one,
                      const char *two)
{
	const char *table = difference->table;

	if (!rows_state_column_is_remade(search->before, search->after, table, one) ||
	    !rows_state_column_is_remade(search->before, search->after, table, two) ||
	    !rows_state_column_holds(search->before, search->after, table, one, two) ||
	    !rows_state_column_holds(search->before, search->after, table, two, one))
		return;
	CheckChange *change = check_change_new(search->changes, CHECK_CHANGE_VALUES_EXCHANGED, table, one, two);
	change->text = g_strdup_printf(
	    "columns \"%s\" and \"%s\" of table \"%s\" have exchanged their values: name the "
	    "columns in INSERT and in SELECT",
	    one, two, table);
	check_change_set_examples(change, check_change_find_loss(search, ROWS_VALUES_DIFFER, table, one));
}

static bool
change_judge_columns(const CheckChangeSearch *search, const RowsDifference *difference, GError **error)
{
	/* If the table gained its first rows, or lost all of them, its columns alone show nothing. */
	if (difference->rows_before == 0 || difference->rows_after == 0)
		return true;
	for (guint i = 0; difference->columns_gone[i] != NULL; i++)
		if (!check_left_judge(search, difference, difference->columns_gone[i], error))
			return false;
	for (guint i = 0; difference->columns_differ[i] != NULL; i++)
		for (guint j = 0; j < i; j++)
			change_judge_exchange(search, difference, difference->columns_differ[j],
			                      difference->columns_differ[i]);
	for (guint i = 0; difference->columns_differ[i] != NULL; i++)
		if (!change_judge_column(search, difference, difference->columns_differ[i], error))
			return false;
	return true;
}

/* --- All of it -------------------------------------------------------------------- */

static bool
change_is_suspect_column(const RowsState *before, const RowsState *after, const char *table, const char *column)
{
	return rows_state_column_is_remade(before, after, table, column) ||
	       rows_state_column_has_other_type(before, after, table, column);
}

/* Whether a statement of the script takes values of the table, which is dropped, elsewhere. */
static bool
change_is_read(const RowsState *before, const MigrationScript *script, const char *table)
{
	g_autofree const char **columns = rows_state_columns(before, table);

	for (guint i = 0; columns[i] != NULL; i++)
		if (check_arrived_suspected(script, table, columns[i]))
			return true;
	return false;
}

static bool
change_is_suspect(const RowsState *before, const RowsState *after, const MigrationScript *script,
                  const RowsDifference *difference)
{
	const CheckChangeSearch search = { .before = before, .after = after };
	gint64 n_rows = 0;

	if (difference->rows_before == 0 || rows_state_has_changed_places(before, after, difference->table))
		return false;
	if (difference->kind == ROWS_TABLE_GONE)
		return (change_find_successor(&search, difference->table, &n_rows) != NULL &&
		        n_rows < difference->rows_before) ||
		       change_is_read(before, script, difference->table);
	if (difference->rows_after < difference->rows_before || check_overwritten_suspected(script, difference->table))
		return true;
	for (guint i = 0; difference->columns_gone[i] != NULL; i++) {
		if (rows_state_renamed_column(before, after, difference->table, difference->columns_gone[i]) == NULL &&
		    (check_left_has_new(before, after, difference->table) ||
		     check_arrived_suspected(script, difference->table, difference->columns_gone[i])))
			return true;
	}
	for (guint i = 0; difference->columns_differ[i] != NULL; i++)
		if (change_is_suspect_column(before, after, difference->table, difference->columns_differ[i]))
			return true;
	return false;
}

bool
check_changes_suspected(const RowsState *before, const RowsState *after, const MigrationScript *script)
{
	g_autoptr(GPtrArray) differences = rows_state_compare(before, after);

	if (rows_state_total(before) > 0 &&
	    (check_updates_suspected(script) || check_nulls_suspected(script) || check_views_suspected(script)))
		return true;
	for (guint i = 0; i < differences->len; i++)
		if (change_is_suspect(before, after, script, g_ptr_array_index(differences, i)))
			return true;
	return false;
}

GPtrArray *
check_changes_find(DbSession *session, const RowsState *before, const RowsState *after, const MigrationScript *script,
                   const GPtrArray *losses, GError **error)
{
	g_autoptr(GPtrArray) differences = rows_state_compare(before, after);
	g_autoptr(GPtrArray) changes = g_ptr_array_new_with_free_func(proof_changes_change_free);
	const CheckChangeSearch search = { .session = session,
		                           .before = before,
		                           .after = after,
		                           .script = script,
		                           .losses = losses,
		                           .differences = differences,
		                           .changes = changes };

	for (guint i = 0; i < differences->len; i++) {
		const RowsDifference *difference = g_ptr_array_index(differences, i);
		/* Its rows are there, under the other name. */
		if (rows_state_has_changed_places(before, after, difference->table))
			continue;
		if (difference->kind == ROWS_TABLE_GONE)
			change_judge_gone_table(&search, difference);
		else if (difference->kind == ROWS_NUMBER)
			change_judge_rows(&search, difference);
		if (difference->kind != ROWS_TABLE_GONE && !change_judge_columns(&search, difference, error))
			return NULL;
	}
	return g_steal_pointer(&changes);
}

bool
check_changes_cut(const GPtrArray *changes, bool also_rounded)
{
	for (guint i = 0; changes != NULL && i < changes->len; i++) {
		const CheckChange *change = g_ptr_array_index(changes, i);
		if (also_rounded ? change->cut : change->shortened)
			return true;
	}
	return false;
}

/* --- Once more ---------------------------------------------------------------------- */

static bool
change_keep(DbSession *session, const RowsState *before, const RowsState *after, const MigrationScript *script,
            GError **error)
{
	g_autoptr(GPtrArray) differences = rows_state_compare(before, after);
	g_autoptr(GPtrArray) tables = g_ptr_array_new();

	for (guint i = 0; i < differences->len; i++)
		if (change_is_suspect(before, after, script, g_ptr_array_index(differences, i)))
			g_ptr_array_add(tables, ((const RowsDifference *)g_ptr_array_index(differences, i))->table);
	g_ptr_array_add(tables, NULL);
	return rows_keep_copy(session, before, (const char *const *)tables->pdata, error);
}

static void
change_take_over(GPtrArray *into, GPtrArray *from)
{
	while (from->len > 0)
		g_ptr_array_add(into, g_ptr_array_steal_index(from, 0));
}

static GPtrArray *
change_run_again(CheckWorkspace *workspace, const Migration *migration, const RowsState *before, const RowsState *after,
                 GError **error)
{
	DbSession *session = workspace->session;
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(GPtrArray) by_updates = g_ptr_array_new_with_free_func(proof_changes_change_free);
	CheckUpdates updates = { 0 };

	if (!change_keep(session, before, after, migration->up, error))
		return NULL;
	g_autoptr(GHashTable) generated = check_generated_read(session, error);
	g_autoptr(CheckViews) views = generated != NULL ? check_views_read(session, migration->up, error) : NULL;
	if (views == NULL || (check_updates_suspected(migration->up) &&
	                      !check_updates_begin(&updates, workspace->runner, by_updates, error)))
		return NULL;
	bool done = migration_runner_apply_within(workspace->runner, migration, MIGRATION_UP, &outcome, error);
	check_updates_end(&updates);
	if (!done)
		return NULL;
	/* The up succeeded a moment ago; if it fails now, there are no examples. */
	if (outcome.failed)
		return g_steal_pointer(&by_updates);
	g_autoptr(GPtrArray) losses = rows_explain(session, before, error);
	g_autoptr(GPtrArray)
	    changes = losses != NULL ? check_changes_find(session, before, after, migration->up, losses, error) : NULL;
	if (changes == NULL || !check_arrived_find(session, before, after, migration->up, changes, error) ||
	    !check_nulls_find_generated(session, before, after, migration->up, changes, error))
		return NULL;
	const CheckChangeSearch search = { .session = session,
		                           .before = before,
		                           .after = after,
		                           .script = migration->up,
		                           .losses = losses,
		                           .changes = changes };
	if (!check_generated_find(&search, generated, error) || !check_views_find(&search, views, error))
		return NULL;
	check_overwritten_find(&search);
	change_take_over(changes, by_updates);
	return g_steal_pointer(&changes);
}

GPtrArray *
check_changes_examine(CheckWorkspace *workspace, const Migration *migration, const RowsState *before,
                      const RowsState *after, GError **error)
{
	DbSession *session = workspace->session;

	if (!db_session_reset(session, error))
		return NULL;
	g_autoptr(DbResult) sequences = check_sequences_read_used_and_begin(session, error);
	if (sequences == NULL)
		return NULL;
	g_autoptr(GPtrArray) changes = change_run_again(workspace, migration, before, after, error);
	if (changes == NULL) {
		db_session_run_cleanup(session, "ROLLBACK");
		return NULL;
	}
	if (!db_session_execute(session, "ROLLBACK", error) || !check_sequences_restore(session, sequences, error) ||
	    !check_zone_find(workspace, migration, before, after, changes, error))
		return NULL;
	return g_steal_pointer(&changes);
}
