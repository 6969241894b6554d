#include "run/stage/stage.h"

#include "check/kind/kind.h"
#include "run/stage/branch/branch.h"
#include "run/stage/impact/impact.h"
#include "run/stage/plans/plans.h"
#include "run/stage/round_trip/round_trip.h"

static const char *const of_round_trips[] = { "rows", "writes", "changes", "after use", NULL };
static const char *const of_history[] = { "base", NULL };
static const char *const of_from_empty[] = { "upgrade", NULL };
static const char *const of_release[] = { "new release", NULL };
static const char *const of_upgrade[] = { "together", NULL };

/* The forward stage has those of all kinds of check as well. */
static const char *const of_forward[] = { "again", "expect", "session", "unfinished", NULL };

static const RunStageKind kinds[] = {
	{ "layout", NULL, run_layout, .needs_no_baseline = true },
	{ "history", run_history_is_wanted, run_history, of_history, .needs_no_baseline = true },
	{ "baseline", run_baseline_is_wanted, run_baseline, .needs_no_baseline = true },
	{ "forward", NULL, run_forward, of_forward, .leads = true },
	{ "owner", NULL, run_owner },
	{ "round trip", run_round_trips_wanted, run_round_trips, of_round_trips, .count_parts = run_round_trips_parts },
	{ "restore", run_restore_wanted, run_restore },
	{ "together", NULL, run_together },
	{ "from empty", run_from_empty_is_wanted, run_from_empty, of_from_empty },
	{ "upgrade", run_upgrade_is_wanted, run_upgrade, of_upgrade },
	{ "down to the base", run_down_to_base_is_wanted, run_down_to_base },
	{ "old release", run_release_is_wanted, run_release, of_release },
	{ "program", run_programs_wanted, run_programs },
	{ "environment", run_environment_is_wanted, run_environment },
	{ "idempotent", run_idempotent_wanted, run_idempotent },
	{ "impact", run_impact_is_wanted, run_impact },
	{ "crash", run_crash_wanted, run_crash },
	{ "plan", run_plans_wanted, run_plans },
	{ "reset", run_reset_stage_is_wanted, run_reset_stage },
	{ NULL },
};

const RunStageKind *
run_stage_kinds(void)
{
	return kinds;
}

const RunStageKind *
run_stage_find(bool (*run)(RunStage *stage, GError **error))
{
	const RunStageKind *kind = kinds;

	while (kind->run != run)
		kind++;
	return kind;
}

static gpointer
stage_list_names(gpointer unused)
{
	GPtrArray *names = g_ptr_array_new();

	(void)unused;
	for (const RunStageKind *kind = kinds; kind->name != NULL; kind++) {
		if (!g_ptr_array_find_with_equal_func(names, kind->name, g_str_equal, NULL))
			g_ptr_array_add(names, (gpointer)kind->name);
		for (const char *const *other = kind->others; other != NULL && *other != NULL; other++)
			if (!g_ptr_array_find_with_equal_func(names, *other, g_str_equal, NULL))
				g_ptr_array_add(names, (gpointer)*other);
	}
	for (const SuiteCheckKind *const *kind = check_kinds(); *kind != NULL; kind++)
		g_ptr_array_add(names, (gpointer)(*kind)->name);
	g_ptr_array_add(names, (gpointer)RUN_STAGE_MERGE_ORDER);
	g_ptr_array_add(names, (gpointer)RUN_STAGE_SQUASH);
	g_ptr_array_add(names, NULL);
	return g_ptr_array_free(names, FALSE);
}

const char *const *
run_stage_names(void)
{
	static GOnce once = G_ONCE_INIT;

	return g_once(&once, stage_list_names, NULL);
}

bool
run_stage_is_by_migration(const char *name)
{
	static const char *const names[] = { "forward",   "owner",   "round trip", "rows",   "writes", "changes",
		                             "after use", "restore", "idempotent", "impact", "crash",  NULL };

	return g_strv_contains(names, name);
}

bool
run_stage_is_selected(const RunStageKind *kind, const char *database, const RunSelection *selection)
{
	bool wanted = kind->leads || kind->run == run_baseline ||
	              run_selection_has_stage(selection, database, kind->name);

	for (const char *const *other = kind->others; !wanted && other != NULL && *other != NULL; other++)
		wanted = run_selection_has_stage(selection, database, *other);
	return wanted;
}
