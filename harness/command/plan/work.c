#include "command/plan/work.h"

#include "base/error.h"
#include "command/plan/show.h"
#include "plan/judge/choice.h"
#include "plan/tree/normal.h"

#include <stdio.h>
#include <string.h>

/* Three sizes, each four times the one before. */
#define WORK_SIZES       3
#define WORK_SIZE_FACTOR 4.0
/* Indexes that are tried, of all queries together. */
#define WORK_CANDIDATES_MAX 24
#define WORK_CANDIDATE_NAME "pgassay_candidate_"
/* An index is worth it if it reduces the cost to this share. */
#define WORK_CANDIDATE_RATIO 0.5

void
command_plan_work_clear(CommandPlanWork *work)
{
	g_clear_pointer(&work->rows, g_ptr_array_unref);
	g_clear_pointer(&work->label, g_free);
	if (work->printed != NULL)
		g_string_free(work->printed, TRUE);
	work->printed = NULL;
}

/* --- Plans ---------------------------------------------------------------------------- */

static bool
work_ask(const CommandPlanWork *work, const RunPlanning *planning, const CommandPlanRow *row, PlanAnswer *ret_answer,
         char **ret_form, GError **error)
{
	const PlanQuestion question = { planning->frame, row->plan_case, row->index, work->job->size->source };

	if (!plan_question_ask(&question, ret_answer, error))
		return false;
	if (ret_answer->tree != NULL)
		*ret_form = command_plan_describe(ret_answer->tree, plan_frame_catalog(planning->frame));
	return true;
}

static bool
work_ask_before(const CommandPlanWork *work, const RunPlanning *planning, GError **error)
{
	for (guint i = 0; i < work->rows->len; i++) {
		CommandPlanRow *row = g_ptr_array_index(work->rows, i);
		if (!work_ask(work, planning, row, &row->before, &row->form_before, error))
			return false;
		row->form_after = g_strdup(row->form_before);
	}
	return true;
}

/* After a migration, or (NULL) at the end; who changes how a query reads its tables is noted. */
static bool
work_ask_after(const CommandPlanWork *work, const RunPlanning *planning, const Migration *migration, GError **error)
{
	for (guint i = 0; i < work->rows->len; i++) {
		CommandPlanRow *row = g_ptr_array_index(work->rows, i);
		g_autofree char *last = g_steal_pointer(&row->form_after);
		plan_answer_clear(&row->after);
		if (!work_ask(work, planning, row, &row->after, &row->form_after, error))
			return false;
		if (migration != NULL && g_strcmp0(last, row->form_after) != 0)
			g_ptr_array_add(row->changed_by, (gpointer)migration);
	}
	return true;
}

/* The planner's other choices, for a query that has become more expensive. */
static bool
work_find_other(const RunPlanning *planning, CommandPlanRow *row, GError **error)
{
	const PlanAsk ask = { .query = row->plan_case->query,
		              .values = plan_case_values(row->plan_case, row->index),
		              .role = suite_node_get_text(row->plan_case->plan->node, "role"),
		              .settings = suite_node_get(row->plan_case->plan->node, "settings") };
	g_autoptr(GPtrArray) choices = plan_choices(planning->frame, &ask, row->after.tree, error);
	const PlanChoice *best = NULL;

	if (choices == NULL)
		return false;
	for (guint i = 0; i < choices->len && best == NULL; i++) {
		const PlanChoice *choice = g_ptr_array_index(choices, i);
		if (!choice->forced)
			best = choice;
	}
	if (best == NULL) {
		row->other = g_strdup("no index that is there could serve it");
		return true;
	}
	g_autofree char *form = command_plan_describe(best->tree, plan_frame_catalog(planning->frame));
	g_autofree char *line = g_strdelimit(g_steal_pointer(&form), "\n", ';');
	g_autofree char *times = command_plan_number(best->ratio);
	row->other = g_strdup_printf("without %s it would be: %s (%s times as dear)", best->without, line, times);
	return true;
}

static bool
work_judge(CommandPlanWork *work, const RunPlanning *planning, GError **error)
{
	for (guint i = 0; i < work->rows->len; i++) {
		CommandPlanRow *row = g_ptr_array_index(work->rows, i);
		row->worse = row->after.tree == NULL;
		work->worse |= row->worse;
		if (row->after.tree == NULL || row->before.tree == NULL)
			continue;
		double ratio = plan_tree_root(row->after.tree)->total_cost /
		               MAX(plan_tree_root(row->before.tree)->total_cost, 0.01);
		bool dearer = ratio > row->plan_case->cost_ratio;
		row->worse = dearer;
		work->worse |= dearer;
		if (dearer && !work_find_other(planning, row, error))
			return false;
	}
	return true;
}

/* The database before, or at the end. */
static bool
work_open(const CommandPlanWork *work, bool before, RunPlanning *planning, GError **error)
{
	if (before && work->against == NULL)
		return run_planning_open_base(work->job, work->server, planning, error);
	return run_planning_open(work->job, before ? work->against : NULL, work->server, planning, error);
}

/* From before to the end, migration by migration. */
static bool
work_step(const CommandPlanWork *work, RunPlanning *planning, GError **error)
{
	g_autoptr(GPtrArray) pending = NULL;

	if (!work_ask_before(work, planning, error))
		return false;
	pending = run_planning_list_pending(planning, work->job, error);
	for (guint i = 0; pending != NULL && i < pending->len; i++) {
		const Migration *migration = g_ptr_array_index(pending, i);
		if (!run_planning_step(planning, migration, error) || !work_ask_after(work, planning, migration, error))
			return false;
	}
	return pending != NULL && (pending->len > 0 || work_ask_after(work, planning, NULL, error));
}

static bool
work_plans(CommandPlanWork *work, RunPlanning *planning, GError **error)
{
	bool both = work->label != NULL;

	if (!work_open(work, both, planning, error))
		return false;
	printf("%s: PostgreSQL %s, table sizes: %s%s%s\n\n", work->job->database->name,
	       scratch_server_version_text(work->server), work->job->size->source, both ? "; before: " : "",
	       both ? work->label : "");
	if (!(both ? work_step(work, planning, error) : work_ask_after(work, planning, NULL, error)) ||
	    !work_judge(work, planning, error))
		return false;
	for (guint i = 0; i < work->rows->len; i++)
		command_plan_show(g_ptr_array_index(work->rows, i), both);
	fflush(stdout);
	return true;
}

/* --- Times ------------------------------------------------------------------------------ */

/* A plan for all values cannot be run. */
static bool
work_can_run(const CommandPlanRow *row)
{
	return row->after.tree != NULL &&
	       (row->plan_case->query->n_parameters == 0 || plan_case_values(row->plan_case, row->index) != NULL);
}

static bool
work_measure(const CommandPlanWork *work, RunPlanning *const *sides, guint n, GError **error)
{
	for (guint i = 0; i < work->rows->len; i++) {
		const CommandPlanRow *row = g_ptr_array_index(work->rows, i);
		RunMeasured measured[2] = { 0 };
		bool done = true;
		if (!work_can_run(row))
			continue;
		done = run_measure(sides, n, row->plan_case, row->index, work->repeat, measured, error);
		if (done) {
			printf("%s\n", row->name);
			command_plan_show_times(row->printed, measured, n);
			fflush(stdout);
		}
		for (guint j = 0; j < n; j++)
			run_measured_clear(&measured[j]);
		if (!done)
			return false;
	}
	return true;
}

static void
work_show_volume(const PlanVolume *volume)
{
	printf("\non rows:");
	for (guint i = 0; i < volume->tables->len; i++) {
		const PlanVolumeTable *table = &g_array_index(volume->tables, PlanVolumeTable, i);
		g_autofree char *rows = command_plan_number(table->rows);
		printf("%s %s %s", i > 0 ? "," : "", table->table, rows);
	}
	printf("\n");
}

/* On the database at the end, and before, where there is one, by turns. */
static bool
work_times(const CommandPlanWork *work, RunPlanning *last, GError **error)
{
	g_auto(RunPlanning) before = { 0 };
	g_auto(RunPlanning) after = { 0 };
	g_auto(PlanVolume) volume = { 0 };
	g_auto(PlanVolume) other = { 0 };
	RunPlanning *const sides[] = { work->label != NULL ? &before : &after, &after };

	if (work->label != NULL &&
	    (!work_open(work, true, &before, error) || !run_planning_make_rows(&before, work->volume, &other, error)))
		return false;
	if (!run_planning_copy(last, &after, error) || !run_planning_make_rows(&after, work->volume, &volume, error))
		return false;
	work_show_volume(&volume);
	return work_measure(work, sides, work->label != NULL ? 2 : 1, error);
}

static void
work_close_sizes(RunPlanning *sizes)
{
	for (guint i = 0; i < WORK_SIZES; i++)
		run_planning_close(&sizes[i]);
}

static bool
work_show_growth(const CommandPlanWork *work, RunPlanning *sizes, const double *rows, GError **error)
{
	bool done = true;

	printf("\nas the largest table grows\n");
	for (guint i = 0; i < work->rows->len && done; i++) {
		const CommandPlanRow *row = g_ptr_array_index(work->rows, i);
		RunMeasured measured[WORK_SIZES] = { 0 };
		bool refused = false;
		if (!work_can_run(row))
			continue;
		for (guint j = 0; j < WORK_SIZES && done; j++) {
			RunPlanning *const one[] = { &sizes[j] };
			done = run_measure(one, 1, row->plan_case, row->index, work->repeat, &measured[j], error);
			refused |= measured[j].refusal != NULL;
		}
		if (done && !refused) {
			printf("%s\n", row->name);
			command_plan_show_growth(row->printed, WORK_SIZES, rows, measured);
			fflush(stdout);
		}
		for (guint j = 0; j < WORK_SIZES; j++)
			run_measured_clear(&measured[j]);
	}
	return done;
}

static bool
work_growth(const CommandPlanWork *work, RunPlanning *last, GError **error)
{
	RunPlanning sizes[WORK_SIZES] = { 0 };
	double rows[WORK_SIZES];
	bool done = true;

	rows[WORK_SIZES - 1] = work->volume;
	for (guint i = WORK_SIZES - 1; i > 0; i--)
		rows[i - 1] = rows[i] / WORK_SIZE_FACTOR;
	for (guint i = 0; i < WORK_SIZES && done; i++) {
		g_auto(PlanVolume) volume = { 0 };
		done = run_planning_copy(last, &sizes[i], error) &&
		       run_planning_make_rows(&sizes[i], rows[i], &volume, error);
	}
	done = done && work_show_growth(work, sizes, rows, error);
	work_close_sizes(sizes);
	return done;
}

/* --- Indexes -------------------------------------------------------------------------------- */

static GPtrArray *
work_list_candidates(const CommandPlanWork *work, const RunPlanning *planning)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < work->rows->len; i++) {
		const CommandPlanRow *row = g_ptr_array_index(work->rows, i);
		g_autoptr(GPtrArray) some = row->after.tree != NULL
		                                ? plan_candidates(row->after.tree, plan_frame_catalog(planning->frame))
		                                : NULL;
		for (guint j = 0; some != NULL && j < some->len && all->len < WORK_CANDIDATES_MAX; j++)
			if (!g_ptr_array_find_with_equal_func(all, g_ptr_array_index(some, j), g_str_equal, NULL))
				g_ptr_array_add(all, g_strdup(g_ptr_array_index(some, j)));
	}
	return all;
}

/* One that cannot be made (a column of a type without an order) is none. */
static bool
work_make_candidates(RunPlanning *planning, GPtrArray *candidates, GError **error)
{
	for (guint i = 0; i < candidates->len; i++) {
		const char *candidate = g_ptr_array_index(candidates, i);
		g_autoptr(GError) cause = NULL;
		const char *columns = strstr(candidate, " (");
		g_autofree char *sql = g_strdup_printf("CREATE INDEX " WORK_CANDIDATE_NAME "%u ON %.*s%s", i,
		                                       (int)(columns - candidate), candidate, columns);
		if (!run_planning_execute(planning, sql, &cause) &&
		    !g_error_matches(cause, BASE_ERROR, BASE_ERROR_DATABASE)) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return false;
		}
	}
	return run_planning_open_frame(planning, error);
}

/* The first candidate that the plan uses; NULL: none. */
static const char *
work_find_candidate(const PlanTree *tree, const PlanCatalog *catalog, const GPtrArray *candidates)
{
	g_autoptr(GPtrArray) accesses = plan_accesses(tree, catalog);

	for (guint i = 0; i < accesses->len; i++) {
		const PlanAccess *access = g_ptr_array_index(accesses, i);
		for (guint j = 0; j < access->indexes->len; j++) {
			const PlanIndex *index = g_ptr_array_index(access->indexes, j);
			guint64 number = g_str_has_prefix(index->name, WORK_CANDIDATE_NAME)
			                     ? g_ascii_strtoull(index->name + strlen(WORK_CANDIDATE_NAME), NULL, 10)
			                     : candidates->len;
			if (number < candidates->len)
				return g_ptr_array_index(candidates, (guint)number);
		}
	}
	return NULL;
}

static bool
work_try_candidates(const CommandPlanWork *work, const RunPlanning *planning, const GPtrArray *candidates,
                    GError **error)
{
	for (guint i = 0; i < work->rows->len; i++) {
		const CommandPlanRow *row = g_ptr_array_index(work->rows, i);
		g_auto(PlanAnswer) answer = { 0 };
		g_autofree char *form = NULL;
		if (row->after.tree == NULL)
			continue;
		if (!work_ask(work, planning, row, &answer, &form, error))
			return false;
		double before = plan_tree_root(row->after.tree)->total_cost;
		double after = answer.tree != NULL ? plan_tree_root(answer.tree)->total_cost : before;
		const char *candidate = answer.tree != NULL
		                            ? work_find_candidate(answer.tree, plan_frame_catalog(planning->frame),
		                                                  candidates)
		                            : NULL;
		if (candidate == NULL || after > before * WORK_CANDIDATE_RATIO)
			continue;
		g_autofree char *times = command_plan_number(before / MAX(after, 0.01));
		g_autofree char *line = g_strdup_printf("  with an index on %s, \"%s\" is %s times cheaper\n",
		                                        candidate, row->name, times);
		fputs(line, stdout);
		g_string_append(work->printed, line);
	}
	return true;
}

static bool
work_advice(const CommandPlanWork *work, RunPlanning *planning, GError **error)
{
	g_autoptr(GPtrArray) candidates = NULL;

	if (planning->frame == NULL && !run_planning_open_frame(planning, error))
		return false;
	printf("\n");
	g_autoptr(GPtrArray) advice = work->all ? plan_advise(planning->frame, work->job->plans, error)
	                                        : g_ptr_array_new();
	if (advice == NULL)
		return false;
	command_plan_show_advice(work->printed, advice);
	candidates = work_list_candidates(work, planning);
	if (candidates->len == 0)
		return true;
	return work_make_candidates(planning, candidates, error) &&
	       work_try_candidates(work, planning, candidates, error);
}

bool
command_plan_work(CommandPlanWork *work, GError **error)
{
	g_auto(RunPlanning) planning = { 0 };

	work->printed = g_string_new(NULL);
	if (!work_plans(work, &planning, error))
		return false;
	if (work->repeat > 0 && (!work_times(work, &planning, error) || !work_growth(work, &planning, error)))
		return false;
	plan_size_forget(work->job->size);
	return work_advice(work, &planning, error);
}
