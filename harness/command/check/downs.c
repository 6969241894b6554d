#include "command/check/downs.h"

#include "command/check/find.h"

#include <stdio.h>
#include <string.h>

/* How many have a down, and how many of these are empty. */
static guint
downs_count(const MigrationSet *set, guint *ret_empty)
{
	guint n = 0;

	*ret_empty = 0;
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		n += migration->down != NULL;
		*ret_empty += migration_has_empty_down(migration);
	}
	for (guint i = 0; i < set->ignored->len; i++)
		if (((const MigrationIgnoredFile *)g_ptr_array_index(set->ignored, i))->empty_down != NULL) {
			n++;
			(*ret_empty)++;
		}
	return n;
}

/* Those on which the tool fails. */
static guint
downs_lose_failing(MigrationSet *set, const RunBase *base)
{
	guint n = 0;

	for (guint i = set->ignored->len; i > 0; i--) {
		const MigrationIgnoredFile *file = g_ptr_array_index(set->ignored, i - 1);
		if (file->empty_down == NULL || (base != NULL && !run_base_ignores(base, file->name)))
			continue;
		migration_set_lose_empty_down(set, i - 1);
		n++;
	}
	return n;
}

/* Those of the set that are at the base, or all of them: then *base is NULL. Gives their number. */
static guint
downs_lose(MigrationSet *set, const RunBase *base)
{
	guint n = downs_lose_failing(set, base);

	for (guint i = 0; i < set->migrations->len; i++) {
		Migration *migration = g_ptr_array_index(set->migrations, i);
		if (!migration_has_empty_down(migration) ||
		    (base != NULL && run_base_find(base, migration->name) == NULL))
			continue;
		migration_lose_down(migration);
		n++;
	}
	return n;
}

static void
downs_look_at(const RunJob *job)
{
	const MigrationSet *merged = job->base != NULL ? job->base->set : job->set;
	guint n_empty = 0;
	guint n_merged = downs_count(merged, &n_empty);
	bool habit = n_empty > 0 && 2 * n_empty >= n_merged;
	guint n_all = downs_count(job->set, &n_empty);
	guint n_lost = downs_lose(job->set, habit ? NULL : job->base);

	/* Otherwise each of them would differ from the one of the base. */
	if (job->base != NULL)
		(void)downs_lose(job->base->set, NULL);
	if (n_lost > 0)
		printf("%s: %u of %u downs have no statement: they count as no way down\n", job->database->name, n_lost,
		       n_all);
}

void
command_check_downs(const RunPlan *plan)
{
	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (strcmp(job->suite->path, COMMAND_CHECK_MADE) == 0 && !migration_set_is_external(job->set))
			downs_look_at(job);
	}
	fflush(stdout);
}
