/* The migrations on ten and a hundred times as many rows. */
#include "run/stage/impact/impact_private.h"

/* Maximum number of rows, because more would take too long. */
#define ROWS_MOST 100000

static guint
impact_factor(guint size)
{
	guint factor = 1;

	for (guint i = 0; i < size; i++)
		factor *= IMPACT_SIZE_FACTOR;
	return factor;
}

static void
impact_growth_free(gpointer data)
{
	report_observation_free(data);
}

/* One that fails on so many rows is not known. */
static bool
impact_run_size(ImpactWork *work, GPtrArray *observations, GError **error)
{
	RunStage *stage = work->stage;
	bool go_on = true;

	work->filled = false;
	if (!run_impact_open(work, error))
		return false;
	for (guint i = 0; go_on && i < stage->migrations->len && run_progress_wait(stage->history, i); i++) {
		const Migration *migration = g_ptr_array_index(stage->migrations, i);
		g_auto(MigrationOutcome) outcome = { 0 };
		g_autoptr(ReportObservation) observation = NULL;
		bool without = false;
		if (!run_impact_apply_any(work, i, &outcome, &observation, &without, error))
			return false;
		go_on = observation != NULL;
		g_ptr_array_add(observations, without ? NULL : g_steal_pointer(&observation));
		if (go_on && !run_impact_add_rows(work, migration, error))
			return false;
	}
	check_workspace_close(&stage->workspace);
	return true;
}

bool
run_impact_observe_larger(ImpactWork *work, GError **error)
{
	RunStage *stage = work->stage;
	const SuiteDatabase *database = stage->job->database;
	bool done = true;

	if (!impact_settings_wants_growth(stage->job->impact) || database->rows == 0 || database->data->len > 0)
		return true;
	for (guint size = 1; done && size < IMPACT_N_SIZES; size++) {
		if ((guint64)database->rows * impact_factor(size) > ROWS_MOST)
			continue;
		work->larger[size] = g_ptr_array_new_with_free_func(impact_growth_free);
		stage->rows_factor = impact_factor(size);
		run_stage_progress(stage, "impact on %u rows", database->rows * impact_factor(size));
		done = impact_run_size(work, work->larger[size], error);
	}
	stage->rows_factor = 1;
	work->filled = false;
	return done;
}

void
run_impact_grow(const ImpactWork *work, guint index, ReportObservation *observation)
{
	guint rows = work->stage->job->database->rows;
	ImpactSizes sizes = { .rows = { rows }, .observations = { observation } };

	for (guint i = 1; i < IMPACT_N_SIZES; i++) {
		const GPtrArray *all = work->larger[i];
		sizes.rows[i] = rows * impact_factor(i);
		if (all != NULL && index < all->len)
			sizes.observations[i] = g_ptr_array_index(all, index);
	}
	impact_grow(&sizes, work->stage->job->impact);
}

void
run_impact_forget_larger(ImpactWork *work)
{
	for (guint i = 0; i < IMPACT_N_SIZES; i++)
		g_clear_pointer(&work->larger[i], g_ptr_array_unref);
}
