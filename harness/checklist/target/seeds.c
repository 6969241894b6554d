#include "checklist/target/seeds.h"

#include "checklist/target/trial.h"
#include "rows/precondition/precondition.h"

#include <string.h>

/* Rows of a table that are tried. */
#define SEEDS_MAX 1000

typedef struct {
	CheckWorkspace *workspace;
	const Migration *migration;
	GPtrArray *rows;   /* of RowsKept * */
	GPtrArray *tables; /* of char *: quoted */
	GPtrArray *found;  /* of RowsPrecondition * */
} Seeds;

static void
seeds_clear(Seeds *seeds)
{
	g_clear_pointer(&seeds->rows, g_ptr_array_unref);
	g_clear_pointer(&seeds->tables, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Seeds, seeds_clear)

static bool
seeds_list(Seeds *seeds, GError **error)
{
	g_auto(ChecklistTrial) trial = { 0 };

	if (!checklist_trial_begin(seeds->workspace, seeds->migration, &trial, error))
		return false;
	g_autoptr(RowsBefore) before = rows_before_read(trial.at->session, trial.at->exclusions, error);
	seeds->rows = before != NULL
	                  ? rows_before_list_rows(before, trial.at->session, SEEDS_MAX, &seeds->tables, error)
	                  : NULL;
	return seeds->rows != NULL && checklist_trial_end(&trial, error);
}

/* Whether the migration fails without these rows. Nothing else goes with them: no trigger fires, and rows may point to
 * them. */
static bool
seeds_try(const Seeds *seeds, const char *removal, bool *ret_needed, GError **error)
{
	g_auto(ChecklistTrial) trial = { 0 };
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autofree char *sql = g_strdup_printf("SET LOCAL session_replication_role = replica; %s; "
	                                       "SET LOCAL session_replication_role = origin",
	                                       removal);

	if (!checklist_trial_begin(seeds->workspace, seeds->migration, &trial, error) ||
	    !db_session_execute(trial.at->session, sql, error) || !checklist_trial_apply(&trial, &outcome, error))
		return false;
	*ret_needed = outcome.failed;
	return checklist_trial_end(&trial, error);
}

static const char *
seeds_table(const Seeds *seeds, guint row)
{
	return ((const RowsKept *)g_ptr_array_index(seeds->rows, row))->quoted;
}

static void
seeds_add(Seeds *seeds, char *meaning, const char *query)
{
	RowsPrecondition *precondition = g_new0(RowsPrecondition, 1);

	precondition->kind = ROWS_PRECONDITION_SEED;
	precondition->meaning = meaning;
	precondition->query = g_strdup(query);
	g_ptr_array_add(seeds->found, precondition);
}

/* The rows from `from` on, before `to`, all of one table: by halves, because few are needed. */
static bool
seeds_look_at_rows(Seeds *seeds, guint from, guint to, guint *n_needed, GError **error)
{
	const RowsKept *kept = g_ptr_array_index(seeds->rows, from);
	g_autoptr(GString) removal = g_string_new(NULL);
	bool needed = false;

	for (guint i = from; i < to; i++)
		g_string_append_printf(removal, "%s%s", i > from ? "','" : "",
		                       ((const RowsKept *)g_ptr_array_index(seeds->rows, i))->place);
	g_autofree char *sql = g_strdup_printf("DELETE FROM ONLY %s WHERE ctid = ANY (ARRAY['%s']::tid[])",
	                                       kept->quoted, removal->str);
	if (!seeds_try(seeds, sql, &needed, error))
		return false;
	if (!needed)
		return true;
	if (to - from > 1)
		return seeds_look_at_rows(seeds, from, from + (to - from) / 2, n_needed, error) &&
		       seeds_look_at_rows(seeds, from + (to - from) / 2, to, n_needed, error);
	++*n_needed;
	seeds_add(seeds, g_strdup(kept->meaning), kept->query);
	return true;
}

/* *ret_needed: the migration needs rows of the table. */
static bool
seeds_look_at_table(Seeds *seeds, const char *table, bool *ret_needed, GError **error)
{
	g_autofree char *removal = g_strdup_printf("DELETE FROM ONLY %s", table);
	guint from = 0, to = 0, n = 0;

	if (!seeds_try(seeds, removal, ret_needed, error))
		return false;
	while (from < seeds->rows->len && strcmp(seeds_table(seeds, from), table) != 0)
		from++;
	for (to = from; to < seeds->rows->len && strcmp(seeds_table(seeds, to), table) == 0;)
		to++;
	if (*ret_needed && to > from && !seeds_look_at_rows(seeds, from, to, &n, error))
		return false;
	if (*ret_needed && n == 0)
		seeds_add(seeds, g_strdup_printf("%s has the rows of earlier migrations that this one needs", table),
		          NULL);
	return true;
}

static bool
seeds_look(Seeds *seeds, GError **error)
{
	g_autoptr(GString) all = g_string_new(NULL);
	bool needed = false, any = false;

	for (guint i = 0; i < seeds->tables->len; i++)
		g_string_append_printf(all, "%sDELETE FROM ONLY %s", i > 0 ? "; " : "",
		                       (const char *)g_ptr_array_index(seeds->tables, i));
	if (!seeds_try(seeds, all->str, &needed, error))
		return false;
	for (guint i = 0; needed && i < seeds->tables->len; i++) {
		bool one = false;
		if (!seeds_look_at_table(seeds, g_ptr_array_index(seeds->tables, i), &one, error))
			return false;
		any = any || one;
	}
	if (needed && !any)
		seeds_add(seeds, g_strdup("the tables have the rows of earlier migrations that this one needs"), NULL);
	return true;
}

bool
checklist_seeds_learn(CheckWorkspace *workspace, const Migration *migration, GPtrArray *found, GError **error)
{
	g_auto(Seeds) seeds = { .workspace = workspace, .migration = migration, .found = found };

	return seeds_list(&seeds, error) && (seeds.tables->len == 0 || seeds_look(&seeds, error));
}
