#include "run/stage/plans_each.h"

#include "base/interrupt.h"
#include "plan/beside.h"
#include "plan/mark.h"
#include "plan/normal.h"
#include "plan/verdict.h"

#include <string.h>

/* The last plan of a query for a list of values. */
typedef struct {
	const PlanCase *plan_case;
	guint index;
	PlanTree *tree; /* NULL: it has none */
	char *access;
	char *shape;
} EachPlan;

struct RunPlansEach {
	GPtrArray *plans; /* of EachPlan * */
	PlanMark *mark;   /* of what they depend on */
};

static void
each_forget(EachPlan *plan)
{
	g_clear_pointer(&plan->tree, plan_tree_unref);
	g_clear_pointer(&plan->access, g_free);
	g_clear_pointer(&plan->shape, g_free);
}

static void
each_free_plan(gpointer data)
{
	each_forget(data);
	g_free(data);
}

RunPlansEach *
run_plans_each_new(const RunJob *job)
{
	RunPlansEach *each = g_new0(RunPlansEach, 1);

	each->plans = g_ptr_array_new_with_free_func(each_free_plan);
	each->mark = plan_mark_new();
	for (guint i = 0; i < job->plans->len; i++) {
		const PlanCase *plan_case = g_ptr_array_index(job->plans, i);
		for (guint j = 0; j < plan_case_count(plan_case); j++) {
			EachPlan *plan = g_new0(EachPlan, 1);
			plan->plan_case = plan_case;
			plan->index = j;
			g_ptr_array_add(each->plans, plan);
		}
	}
	return each;
}

void
run_plans_each_free(RunPlansEach *each)
{
	if (each == NULL)
		return;
	g_ptr_array_unref(each->plans);
	plan_mark_free(each->mark);
	g_free(each);
}

/* --- One plan ------------------------------------------------------------------------ */

typedef struct {
	RunStage *stage;
	const Migration *migration;
	bool again;
	PlanFrame *frame;
	PlanMark *mark;
} EachWork;

static ReportCase *
each_new_case(const EachWork *work, const EachPlan *plan)
{
	g_autofree char *query = plan_case_name(plan->plan_case, plan->index);
	g_autofree char *name = g_strdup_printf("%s after %s%s", query, work->migration->name,
	                                        work->again ? ", down and up again" : "");

	return run_stage_case(work->stage, "plan", name, migration_script_position(work->migration->up));
}

/* Both plans, what differs marked. */
static char *
each_show_both(const PlanTree *before, const PlanTree *after)
{
	g_autofree char *old = plan_render(before);
	g_autofree char *new = plan_render(after);

	return plan_beside("before", old, "after", new);
}

/* What became of the plan, in words; a tie is reported, and so is a plan that got better. */
static bool
each_judge(const EachWork *work, const EachPlan *plan, const PlanAnswer *answer, const char *access, const char *shape,
           ReportCase *test_case, bool *ret_tell, GError **error)
{
	const PlanQuestion question = { work->frame, plan->plan_case, plan->index, work->stage->job->size->source };
	double ratio = plan_tree_root(answer->tree)->total_cost / MAX(plan_tree_root(plan->tree)->total_cost, 0.01);
	bool other = strcmp(access, plan->access) != 0;
	bool tie = false;

	if (other && !plan_is_tie(&question, answer, plan->access, &tie, error))
		return false;
	*ret_tell = other || ratio > plan->plan_case->cost_ratio || strcmp(shape, plan->shape) != 0;
	if (!*ret_tell)
		return true;
	g_autofree char *both = each_show_both(plan->tree, answer->tree);
	g_autofree char *who = g_strdup_printf("\"%s\"%s", work->migration->name,
	                                       work->again ? ", down and up again," : "");
	if (other && tie)
		report_case_set(test_case, REPORT_PASSED,
		                "%s changes how the query reads its tables, to a plan that costs the same: a tie, "
		                "which the order in "
		                "which indexes were made decides\n%s",
		                who, both);
	else if (other && ratio <= 1 && !work->again)
		report_case_set(test_case, REPORT_PASSED, "%s makes the query cheaper: %.3f times\n%s", who, ratio,
		                both);
	else if (other)
		report_case_set(test_case, REPORT_FAILED,
		                "%s changes how the query reads its tables: it costs %.2f times as much\nbefore it: "
		                "%safter it: %s%s",
		                who, ratio, plan->access, access, both);
	else if (ratio > plan->plan_case->cost_ratio)
		report_case_set(test_case, REPORT_FAILED,
		                "%s makes the query %.2f times as dear, at most %g times is allowed\n%s", who, ratio,
		                plan->plan_case->cost_ratio, both);
	else
		report_case_set(test_case, REPORT_PASSED,
		                "%s changes the plan, and not how it reads its tables (%.2f times)\n%s", who, ratio,
		                both);
	return true;
}

static void
each_report_broken(const EachWork *work, EachPlan *plan, const PlanAnswer *answer)
{
	const PlanQuestion question = { work->frame, plan->plan_case, plan->index, NULL };
	ReportCase *test_case = each_new_case(work, plan);
	SourcePosition position = test_case->position;
	g_autofree char *since = g_strdup_printf(" from \"%s\" on", work->migration->name);

	plan_verdict_refused(&question, answer, REPORT_FAILED, since, test_case);
	test_case->position = position;
	run_stage_report(test_case, work->stage);
	each_forget(plan);
}

static bool
each_run(const EachWork *work, EachPlan *plan, GError **error)
{
	const PlanQuestion question = { work->frame, plan->plan_case, plan->index, work->stage->job->size->source };
	g_auto(PlanAnswer) answer = { 0 };
	bool tell = false;

	if (!plan_question_ask_about(&question, plan_mark_relations(work->mark), &answer, error))
		return false;
	if (answer.tree == NULL) {
		/* Before the table that it reads is made, it is none of the migrations' fault. */
		if (plan->tree != NULL)
			each_report_broken(work, plan, &answer);
		return true;
	}
	g_autofree char *access = plan_normal_access(answer.tree, plan_frame_catalog(work->frame));
	g_autofree char *shape = plan_normal_shape(answer.tree, plan_frame_catalog(work->frame));
	if (plan->tree != NULL) {
		g_autoptr(ReportCase) test_case = each_new_case(work, plan);
		if (!each_judge(work, plan, &answer, access, shape, test_case, &tell, error))
			return false;
		if (tell)
			run_stage_report(g_steal_pointer(&test_case), work->stage);
	}
	each_forget(plan);
	plan->tree = g_steal_pointer(&answer.tree);
	plan->access = g_steal_pointer(&access);
	plan->shape = g_steal_pointer(&shape);
	return true;
}

/* A query that the server has refused so far may be one that it understands by now; asked on the session of the
 * migrations, without anything else. */
static bool
each_is_understood(const EachPlan *plan, DbSession *session, bool *ret_understood, GError **error)
{
	g_autofree char *sql = g_strconcat("PREPARE pgassay_try AS ", plan->plan_case->query->sql, NULL);
	GError *cause = NULL;

	*ret_understood = db_session_execute(session, sql, &cause);
	if (*ret_understood)
		return db_session_execute(session, "DEALLOCATE pgassay_try", error);
	if (db_session_transaction_state(session) == DB_TRANSACTION_IDLE && !base_interrupted()) {
		g_error_free(cause);
		return true;
	}
	g_propagate_error(error, cause);
	return false;
}

/* Most migrations of a long history have nothing to do with the queries. */
static bool
each_is_due(const RunPlansEach *each, const RunStage *stage, bool *ret_due, GError **error)
{
	DbSession *session = stage->workspace.session;

	if (!db_session_reset(session, error) ||
	    !plan_mark_has_changed(each->mark, session, stage->job->size, ret_due, error))
		return false;
	for (guint i = 0; i < each->plans->len && !*ret_due; i++) {
		const EachPlan *plan = g_ptr_array_index(each->plans, i);
		if (plan->tree == NULL && !each_is_understood(plan, session, ret_due, error))
			return false;
	}
	return true;
}

bool
run_plans_each_compare(RunPlansEach *each, RunStage *stage, const Migration *migration, bool again, GError **error)
{
	bool due = true;

	if (!each_is_due(each, stage, &due, error))
		return false;
	if (!due)
		return true;
	g_autoptr(PlanFrame) frame = plan_frame_open(stage->server, stage->workspace.database, stage->job->size, error);
	const EachWork work = { stage, migration, again, frame, each->mark };
	if (frame == NULL)
		return false;
	for (guint i = 0; i < each->plans->len; i++)
		if (!each_run(&work, g_ptr_array_index(each->plans, i), error))
			return false;
	g_clear_pointer(&frame, plan_frame_close);
	return plan_mark_set(each->mark, stage->workspace.session, stage->job->size, error);
}
