#include "run/measuring.h"

void
run_measured_clear(RunMeasured *measured)
{
	g_clear_pointer(&measured->refusal, g_free);
}

/* Counts the reads of one run; a query that the server refuses is reported here. */
static bool
measuring_count(RunPlanning *side, const PlanCase *plan_case, guint index, RunMeasured *measured, GError **error)
{
	const PlanQuestion question = { side->frame, plan_case, index, NULL };
	g_auto(PlanAnswer) answer = { 0 };
	const PlanNode *node = NULL;

	if (!plan_question_measure(&question, &answer, error))
		return false;
	if (answer.tree == NULL)
		measured->refusal = g_steal_pointer(&answer.refusal);
	else
		measured->blocks = plan_measure_take(0, answer.tree, &node);
	return true;
}

/* One round, on each side once; who begins changes. */
static bool
measuring_round(RunPlanning *const *sides, guint n_sides, guint round, const PlanAsk *ask, GArray **runs,
                GError **error)
{
	for (guint i = 0; i < n_sides; i++) {
		guint side = (i + round) % n_sides;
		gint64 time = 0;
		if (!plan_frame_run(sides[side]->frame, ask, &time, error))
			return false;
		/* The first round only warms up. */
		if (round > 0)
			g_array_append_val(runs[side], time);
	}
	return true;
}

static bool
measuring_run(RunPlanning *const *sides, guint n_sides, const PlanAsk *ask, guint repeat, RunMeasured *measured,
              GError **error)
{
	g_autoptr(GArray) first = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GArray) second = g_array_new(FALSE, FALSE, sizeof(gint64));
	GArray *runs[] = { first, second };
	bool done = true;

	for (guint i = 0; i < n_sides && done; i++) {
		g_auto(PlanAnswer) answer = { 0 };
		done = plan_frame_begin_runs(sides[i]->frame, ask, &answer, error);
	}
	for (guint round = 0; round <= repeat && done; round++)
		done = measuring_round(sides, n_sides, round, ask, runs, error);
	for (guint i = 0; i < n_sides && done; i++) {
		done = plan_frame_end_runs(sides[i]->frame, error);
		measured[i].times = plan_times_of(runs[i]);
	}
	return done;
}

bool
run_measure(RunPlanning *const *sides, guint n_sides, const PlanCase *plan_case, guint index, guint repeat,
            RunMeasured *ret_measured, GError **error)
{
	const PlanAsk ask = { .query = plan_case->query,
		              .values = plan_case_values(plan_case, index),
		              .role = suite_node_get_text(plan_case->plan->node, "role"),
		              .settings = suite_node_get(plan_case->plan->node, "settings"),
		              .measure = true };

	g_return_val_if_fail(n_sides <= 2 && repeat > 0, false);
	for (guint i = 0; i < n_sides; i++)
		if (!measuring_count(sides[i], plan_case, index, &ret_measured[i], error))
			return false;
	for (guint i = 0; i < n_sides; i++)
		if (ret_measured[i].refusal != NULL)
			return true;
	return measuring_run(sides, n_sides, &ask, repeat, ret_measured, error);
}
