#include "run/stage/plans/each.h"

#include "base/interrupt.h"
#include "plan/catalog/mark.h"
#include "plan/judge/beside.h"
#include "plan/judge/verdict.h"
#include "plan/tree/normal.h"
#include "plan/tree/picture.h"
#include "run/stage/plans/place.h"

#include <string.h>

/* The last plan of a query for a list of values. */
typedef struct {
	const PlanCase *plan_case;
	guint index;
	PlanTree *tree; /* NULL: it has none */
	char *access;
	char *shape;
	PlanRelations relations; /* that the query is about */
	GHashTable *words;       /* of its text: names that it may wait for */
	bool is_due;             /* a migration has changed something of that */
	bool is_moved;           /* perhaps, which relations these are */
	bool is_faulty;          /* as it is now, its case fails */
	const char *since;       /* the migration that made it so; NULL: none of them */
	const char *broken;      /* the migration since which the server refuses the query; NULL: none of them */
} EachPlan;

struct RunPlansEach {
	GPtrArray *plans; /* of EachPlan * */
	PlanMark *mark;   /* of the catalog rows that they depend on */
	PlanFrame *frame; /* NULL: it is opened when it is needed */
	bool seeks;       /* since when they are faulty; no case is reported */
};

static void
each_forget(EachPlan *plan)
{
	g_clear_pointer(&plan->tree, plan_tree_free);
	g_clear_pointer(&plan->access, g_free);
	g_clear_pointer(&plan->shape, g_free);
}

static void
each_free_plan(gpointer data)
{
	EachPlan *plan = data;

	each_forget(plan);
	plan_relations_clear(&plan->relations);
	g_hash_table_unref(plan->words);
	g_free(plan);
}

static EachPlan *
each_new_plan(const PlanCase *plan_case, guint index)
{
	EachPlan *plan = g_new0(EachPlan, 1);

	plan->plan_case = plan_case;
	plan->index = index;
	plan->relations = plan_relations_new();
	plan->words = plan_mark_words(plan_case->query->sql);
	return plan;
}

/* Whether the plan's case is among these, and is bad. An error may be a query that a migration has broken. */
static bool
each_is_bad(const PlanCase *plan_case, guint index, const GPtrArray *cases)
{
	g_autofree char *name = plan_case_name(plan_case, index);

	for (guint i = 0; i < cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(cases, i);
		if (report_case_is_bad(test_case) && strcmp(test_case->name, name) == 0)
			return true;
	}
	return false;
}

/* `cases`: see run_plans_each_new_for(); NULL: all plans. */
static RunPlansEach *
each_new(const RunJob *job, const GPtrArray *cases)
{
	RunPlansEach *each = g_new0(RunPlansEach, 1);

	each->plans = g_ptr_array_new_with_free_func(each_free_plan);
	each->mark = plan_mark_new();
	each->seeks = cases != NULL;
	for (guint i = 0; i < job->plans->len; i++) {
		const PlanCase *plan_case = g_ptr_array_index(job->plans, i);
		for (guint j = 0; j < plan_case_count(plan_case); j++)
			if (cases == NULL || each_is_bad(plan_case, j, cases))
				g_ptr_array_add(each->plans, each_new_plan(plan_case, j));
	}
	return each;
}

RunPlansEach *
run_plans_each_new(const RunJob *job)
{
	return each_new(job, NULL);
}

RunPlansEach *
run_plans_each_new_for(const RunJob *job, const GPtrArray *cases)
{
	RunPlansEach *each = each_new(job, cases);

	if (each->plans->len == 0)
		g_clear_pointer(&each, run_plans_each_free);
	return each;
}

void
run_plans_each_free(RunPlansEach *each)
{
	if (each == NULL)
		return;
	plan_frame_close(each->frame);
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
	bool seeks;
	const PlanChange *change;
} EachWork;

/* `refusal`: see RunPlansTrace. */
static SourcePosition
each_place(const EachWork *work, const EachPlan *plan, const char *refusal)
{
	const RunPlansTrace trace = { work->change, &plan->relations, plan->words, plan->tree, refusal };

	return work->migration != NULL ? run_plans_place(&trace, work->migration->up)
	                               : suite_node_position(plan->plan_case->plan->node);
}

static ReportCase *
each_new_case(const EachWork *work, const EachPlan *plan)
{
	g_autofree char *query = plan_case_name(plan->plan_case, plan->index);
	const Migration *migration = work->migration;
	g_autofree char *name = g_strdup_printf("%s after %s%s", query,
	                                        migration != NULL ? migration->name : "the base",
	                                        work->again ? ", down and up again" : "");

	return run_stage_case(work->stage, "plan", name, each_place(work, plan, NULL));
}

static void
each_report(const EachWork *work, ReportCase *test_case)
{
	if (report_case_is_bad(test_case) && test_case->expected == NULL)
		test_case->expected = g_strdup("The migration breaks no query, and makes none dearer than it may be.");
	run_stage_report(test_case, work->stage);
}

/* Both plans, what differs marked. */
static char *
each_show_both(const PlanTree *before, const PlanTree *after)
{
	g_autofree char *old = plan_render(before);
	g_autofree char *new = plan_render(after);

	return plan_beside("before", old, "after", new);
}

/* Describes the change of the plan; a tie is reported, and so is a plan that costs no more than the one before. */
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
	else if (other && ratio >= 1 / PLAN_TIE && ratio <= PLAN_TIE && !work->again)
		report_case_set(test_case, REPORT_PASSED,
		                "%s changes how the query reads its tables, to a plan that costs the same (%.3f "
		                "times)\n%s",
		                who, ratio, both);
	else if (other && ratio <= 1 && !work->again)
		report_case_set(test_case, REPORT_PASSED, "%s makes the query %.1f times cheaper\n%s", who,
		                1 / MAX(ratio, 1e-9), both);
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
	g_autofree char *before = g_strdup_printf("before %s", work->migration->name);
	plan_picture_add_both(test_case, before, plan->tree, "the plan now", answer->tree, both);
	return true;
}

static void
each_report_broken(const EachWork *work, EachPlan *plan, const PlanAnswer *answer)
{
	const PlanQuestion question = { work->frame, plan->plan_case, plan->index, NULL };
	ReportCase *test_case = each_new_case(work, plan);
	SourcePosition position = each_place(work, plan, answer->refusal);
	g_autofree char *since = g_strdup_printf(" from \"%s\" on", work->migration->name);

	plan_verdict_refused(&question, answer, REPORT_FAILED, since, test_case);
	test_case->position = position;
	each_report(work, test_case);
	each_forget(plan);
}

/* A query may be about a table by now that has no size yet: then it is asked once more. */
static bool
each_ask_about(const EachWork *work, const PlanQuestion *question, EachPlan *plan, PlanAnswer *answer, GError **error)
{
	for (;;) {
		plan_relations_clear(&plan->relations);
		plan->relations = plan_relations_new();
		plan_answer_clear(answer);
		if (!plan_question_ask_about(question, &plan->relations, answer, error))
			return false;
		if (plan_frame_has_all(work->frame, plan->relations.tables))
			return true;
		if (!plan_frame_take(work->frame, plan->relations.tables, error))
			return false;
	}
}

static bool
each_ask(const EachWork *work, EachPlan *plan, PlanAnswer *answer, GError **error)
{
	const PlanQuestion question = { work->frame, plan->plan_case, plan->index, work->stage->job->size->source };

	return plan->is_moved ? each_ask_about(work, &question, plan, answer, error)
	                      : plan_question_ask(&question, answer, error);
}

/* Judges the plan as its case at the end is judged. */
static bool
each_seek(const EachWork *work, EachPlan *plan, PlanAnswer *answer, GError **error)
{
	const PlanQuestion question = { work->frame, plan->plan_case, plan->index, work->stage->job->size->source };
	const PlanBlessed *blessed = work->stage->job->blessed;
	g_autoptr(ReportCase) test_case = each_new_case(work, plan);

	if (answer->tree != NULL && (!plan_verdict(&question, answer, test_case, error) ||
	                             (blessed != NULL && test_case->status == REPORT_PASSED &&
	                              !plan_blessed_judge(&question, blessed, answer, test_case, error))))
		return false;
	bool is_faulty = answer->tree != NULL && report_case_is_bad(test_case);
	if (is_faulty != plan->is_faulty)
		plan->since = is_faulty && work->migration != NULL ? work->migration->name : NULL;
	plan->is_faulty = is_faulty;
	if (answer->tree != NULL || plan->tree != NULL)
		plan->broken = answer->tree == NULL && work->migration != NULL ? work->migration->name : NULL;
	each_forget(plan);
	plan->tree = g_steal_pointer(&answer->tree);
	return true;
}

static bool
each_run(const EachWork *work, EachPlan *plan, GError **error)
{
	g_auto(PlanAnswer) answer = { 0 };
	bool tell = false;

	if (!each_ask(work, plan, &answer, error))
		return false;
	if (work->seeks)
		return each_seek(work, plan, &answer, error);
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
			each_report(work, g_steal_pointer(&test_case));
	}
	each_forget(plan);
	plan->tree = g_steal_pointer(&answer.tree);
	plan->access = g_steal_pointer(&access);
	plan->shape = g_steal_pointer(&shape);
	return true;
}

/* --- Which of them ------------------------------------------------------------------- */

/* After some changes a session would not see the state of a new one: settings of databases and roles. */
static bool
each_open_frame(RunPlansEach *each, const RunStage *stage, bool again, GError **error)
{
	if (again)
		g_clear_pointer(&each->frame, plan_frame_close);
	if (each->frame == NULL)
		each->frame = plan_frame_open_idle(stage->server, stage->workspace.database, stage->job->size, error);
	return each->frame != NULL;
}

static void
each_add(GHashTable *set, GHashTable *more)
{
	GHashTableIter iterator;
	gpointer key;

	g_hash_table_iter_init(&iterator, more);
	while (g_hash_table_iter_next(&iterator, &key, NULL))
		g_hash_table_add(set, key);
}

static void
each_add_names(GHashTable *set, GHashTable *more)
{
	GHashTableIter iterator;
	gpointer name;

	g_hash_table_iter_init(&iterator, more);
	while (g_hash_table_iter_next(&iterator, &name, NULL))
		g_hash_table_add(set, g_strdup(name));
}

/* Of functions, all names in the text count; of relations those that it is about. */
static void
each_choose_one(EachPlan *plan, const PlanChange *change)
{
	const PlanRelations *about = &plan->relations;

	plan->is_due = plan_change_concerns(change, about->all, about->names) ||
	               plan_change_concerns(change, about->all, plan->words) ||
	               (plan->tree == NULL && plan_change_concerns_words(change, plan->words));
	plan->is_moved = plan->tree == NULL || plan_change_leads_elsewhere(change, about->all, about->names) ||
	                 plan_change_leads_elsewhere(change, about->all, plan->words);
}

/* Most migrations of a long history have nothing to do with most of the queries. Adds the relations of those with which
 * it may have. */
static guint
each_choose(RunPlansEach *each, const PlanChange *change, GHashTable *relations)
{
	guint n = 0;

	for (guint i = 0; i < each->plans->len; i++) {
		EachPlan *plan = g_ptr_array_index(each->plans, i);
		each_choose_one(plan, change);
		n += plan->is_due;
		if (plan->is_due)
			each_add(relations, plan->relations.all);
	}
	return n;
}

/* Watches the current relations of the queries; for queries that the server refuses, the names that may be missing. */
static bool
each_watch(RunPlansEach *each, GError **error)
{
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < each->plans->len; i++) {
		const EachPlan *plan = g_ptr_array_index(each->plans, i);
		plan_mark_watch(each->mark, plan->relations.all);
		if (plan->tree == NULL)
			each_add_names(names, plan->words);
	}
	plan_mark_wait(each->mark, names);
	return plan_mark_set(each->mark, plan_frame_session(each->frame), error);
}

static bool
each_run_due(const RunPlansEach *each, const EachWork *work, GHashTable *relations, GError **error)
{
	if (!plan_frame_take(work->frame, relations, error))
		return false;
	for (guint i = 0; i < each->plans->len; i++) {
		EachPlan *plan = g_ptr_array_index(each->plans, i);
		if (plan->is_due && !each_run(work, plan, error))
			return false;
	}
	g_autoptr(GHashTable) watched = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < each->plans->len; i++)
		each_add(watched, ((EachPlan *)g_ptr_array_index(each->plans, i))->relations.tables);
	return plan_frame_put_back(work->frame, watched, error);
}

bool
run_plans_each_compare(RunPlansEach *each, RunStage *stage, const Migration *migration, bool again, GError **error)
{
	g_auto(PlanChange) change = { 0 };
	g_autoptr(GHashTable) relations = g_hash_table_new(NULL, NULL);
	bool is_new = each->frame == NULL;

	if (!each_open_frame(each, stage, false, error) ||
	    !plan_mark_look(each->mark, plan_frame_session(each->frame), &change, error))
		return false;
	plan_frame_forget(each->frame, &change);
	if (each_choose(each, &change, relations) == 0)
		return true;
	if (change.all && !is_new && !each_open_frame(each, stage, true, error))
		return false;
	const EachWork work = { stage, migration, again, each->frame, each->seeks, &change };
	return each_run_due(each, &work, relations, error) && each_watch(each, error);
}

void
run_plans_each_set_since(const RunPlansEach *each, ReportCase *test_case)
{
	for (guint i = 0; test_case->since == NULL && i < each->plans->len; i++) {
		const EachPlan *plan = g_ptr_array_index(each->plans, i);
		g_autofree char *own = plan_case_name(plan->plan_case, plan->index);
		if (strcmp(own, test_case->name) != 0)
			continue;
		if (test_case->status == REPORT_FAILED) {
			test_case->since = g_strdup(plan->since);
		} else if (test_case->status == REPORT_ERRORED && plan->broken != NULL) {
			test_case->status = REPORT_FAILED;
			test_case->since = g_strdup(plan->broken);
		}
	}
}

PlanFrame *
run_plans_each_take_frame(RunPlansEach *each)
{
	return g_steal_pointer(&each->frame);
}
