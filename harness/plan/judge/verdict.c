#include "plan/judge/verdict.h"

#include "plan/judge/choice.h"
#include "plan/tree/normal.h"
#include "plan/tree/picture.h"

#include <string.h>

static PlanAsk
verdict_ask(const PlanQuestion *question)
{
	const SuiteNode *node = question->plan_case->plan->node;

	return (PlanAsk){ .query = question->plan_case->query,
		          .values = plan_case_values(question->plan_case, question->index),
		          .role = suite_node_get_text(node, "role"),
		          .settings = suite_node_get(node, "settings") };
}

bool
plan_question_ask(const PlanQuestion *question, PlanAnswer *ret_answer, GError **error)
{
	const PlanAsk ask = verdict_ask(question);

	return plan_frame_explain(question->frame, &ask, ret_answer, error);
}

bool
plan_question_ask_about(const PlanQuestion *question, PlanRelations *relations, PlanAnswer *ret_answer, GError **error)
{
	PlanAsk ask = verdict_ask(question);

	ask.relations = relations;
	return plan_frame_explain(question->frame, &ask, ret_answer, error);
}

bool
plan_question_ask_after(const PlanQuestion *question, const char *statement, PlanAnswer *ret_answer, GError **error)
{
	PlanAsk ask = verdict_ask(question);

	ask.before = statement;
	return plan_frame_explain(question->frame, &ask, ret_answer, error);
}

/* What the server refuses, for people; and where it stands, unless that is the query itself. */
static const char *
verdict_refused_part(const PlanQuestion *question, PlanPart part, const SuiteNode **ret_node)
{
	const SuiteNode *plan = question->plan_case->plan->node;

	*ret_node = NULL;
	switch (part) {
	case PLAN_PART_ROLE:
		*ret_node = suite_node_get(plan, "role");
		return "the role of the query";
	case PLAN_PART_SETTINGS:
		*ret_node = suite_node_get(plan, "settings");
		return "a setting of the query";
	case PLAN_PART_VALUES:
		*ret_node = plan_case_values(question->plan_case, question->index);
		return "the query with these values";
	default:
		return "the query";
	}
}

void
plan_verdict_refused(const PlanQuestion *question, const PlanAnswer *answer, ReportStatus status, const char *since,
                     ReportCase *test_case)
{
	const Query *query = question->plan_case->query;
	const SuiteNode *node = NULL;
	const char *part = verdict_refused_part(question, answer->part, &node);
	g_autofree char *shown = node == NULL ? query_show(query, answer->character) : g_strdup("");

	test_case->position = node != NULL ? suite_node_position(node) : query_position(query, answer->character);
	g_autofree char *place = since[0] != '\0' ? base_position_format(test_case->position) : NULL;
	report_case_set(test_case, status, "the server refuses %s%s: %s\n%s%s%s%s", part, since, answer->refusal,
	                place != NULL ? "the query: " : "", place != NULL ? place : "", place != NULL ? "\n" : "",
	                shown);
}

/* --- Sizes ------------------------------------------------------------------------- */

/* A table without a stated size would get the plan of a tiny one. */
static const PlanTable *
verdict_find_unsized(const PlanQuestion *question, const PlanTree *tree)
{
	g_autoptr(GPtrArray) accesses = plan_accesses(tree, plan_frame_catalog(question->frame));

	for (guint i = 0; i < accesses->len; i++) {
		const PlanAccess *access = g_ptr_array_index(accesses, i);
		if (access->table != NULL && !plan_frame_has_size(question->frame, access->table))
			return access->table;
	}
	return NULL;
}

/* --- Ties ---------------------------------------------------------------------------- */

bool
plan_is_tie(const PlanQuestion *question, const PlanAnswer *answer, const char *wanted, bool *ret_tie, GError **error)
{
	const PlanAsk ask = verdict_ask(question);
	g_autoptr(GPtrArray) choices = plan_choices(question->frame, &ask, answer->tree, error);

	if (choices == NULL)
		return false;
	*ret_tie = false;
	for (guint i = 0; i < choices->len; i++) {
		const PlanChoice *choice = g_ptr_array_index(choices, i);
		g_autofree char *access = plan_normal_access(choice->tree, plan_frame_catalog(question->frame));
		if (choice->ratio <= PLAN_TIE && !choice->forced && strcmp(access, wanted) == 0)
			*ret_tie = true;
	}
	return true;
}

/* The cheapest of the other plans that meets all conditions; *ret_choice is NULL when none does. */
static bool
verdict_find_choice(const PlanQuestion *question, const GPtrArray *choices, const PlanChoice **ret_choice,
                    GError **error)
{
	*ret_choice = NULL;
	for (guint i = 0; i < choices->len && *ret_choice == NULL; i++) {
		const PlanChoice *choice = g_ptr_array_index(choices, i);
		g_autoptr(GPtrArray) problems = plan_case_judge(question->plan_case, choice->tree,
		                                                plan_frame_catalog(question->frame), error);
		if (problems == NULL)
			return false;
		if (problems->len == 0 && !choice->forced)
			*ret_choice = choice;
	}
	return true;
}

/* --- The verdict ------------------------------------------------------------------------ */

static void
verdict_draw(ReportCase *test_case, const PlanTree *tree, const PlanChoice *choice, const char *text)
{
	g_autofree char *title = choice != NULL ? g_strdup_printf("without %s", choice->without) : NULL;

	if (choice != NULL)
		plan_picture_add_both(test_case, title, choice->tree, "the plan that it prefers", tree, text);
	else
		plan_picture_add(test_case, "the plan", tree, text);
}

static void
verdict_fail(const PlanQuestion *question, const PlanTree *tree, const GPtrArray *problems, const PlanChoice *choice,
             ReportCase *test_case)
{
	const PlanProblem *first = g_ptr_array_index(problems, 0);
	g_autofree char *plan = plan_render(tree);
	g_autofree char *other = choice != NULL ? plan_render(choice->tree) : NULL;
	g_autofree char *plans = other != NULL    ? g_strconcat(other, "the plan that it prefers:\n", plan, NULL)
	                         : first->unknown ? g_strdup(plan)
	                                          : g_strconcat("the plan:\n", plan, NULL);
	g_autoptr(GString) more = g_string_new(NULL);

	test_case->position = suite_node_position(first->node);
	for (guint i = 1; i < problems->len; i++)
		g_string_append_printf(more, "%s\n", ((PlanProblem *)g_ptr_array_index(problems, i))->text);
	if (choice != NULL)
		g_string_append_printf(
		    more, "without %s there is a plan that would do; the planner takes it for %.2f times as dear:\n",
		    choice->without, choice->ratio);
	else if (!first->unknown)
		g_string_append(more, "pgassay tried other plans, without each index that this one uses and without "
		                      "sequential scans: none fits\n");
	report_case_set(test_case, first->unknown ? REPORT_ERRORED : REPORT_FAILED, "%s\n%s%stable sizes: %s",
	                first->text, more->str, plans, question->source);
	verdict_draw(test_case, tree, choice, plans);
}

static bool
verdict_judge(const PlanQuestion *question, const PlanTree *tree, ReportCase *test_case, GError **error)
{
	const PlanAsk ask = verdict_ask(question);
	const PlanChoice *choice = NULL;
	g_autoptr(GPtrArray)
	    problems = plan_case_judge(question->plan_case, tree, plan_frame_catalog(question->frame), error);

	if (problems == NULL)
		return false;
	if (problems->len == 0)
		return true;
	g_autoptr(GPtrArray) choices = plan_choices(question->frame, &ask, tree, error);
	if (choices == NULL || !verdict_find_choice(question, choices, &choice, error))
		return false;
	if (choice == NULL || choice->ratio > PLAN_TIE) {
		verdict_fail(question, tree, problems, choice, test_case);
		return true;
	}
	report_case_set(
	    test_case, REPORT_PASSED,
	    "a tie: %s, but a plan that would do costs the same (%.3f times); which of the two is taken depends on "
	    "the order in which indexes were made",
	    ((PlanProblem *)g_ptr_array_index(problems, 0))->text, choice->ratio);
	return true;
}

bool
plan_verdict(const PlanQuestion *question, const PlanAnswer *answer, ReportCase *test_case, GError **error)
{
	if (answer->tree == NULL) {
		plan_verdict_refused(question, answer, REPORT_ERRORED, "", test_case);
		return true;
	}
	const PlanTable *unsized = verdict_find_unsized(question, answer->tree);
	if (unsized != NULL) {
		report_case_set(
		    test_case, REPORT_ERRORED,
		    "the query reads %s, which is not in the database's size\nhint: add it to the tables of "
		    "the size: { %s: { rows: 20 } }",
		    unsized->identity, unsized->identity);
		return true;
	}
	return verdict_judge(question, answer->tree, test_case, error);
}

/* --- On rows ----------------------------------------------------------------------------- */

bool
plan_question_measure(const PlanQuestion *question, PlanAnswer *ret_answer, GError **error)
{
	PlanAsk ask = verdict_ask(question);

	ask.measure = true;
	return plan_frame_explain(question->frame, &ask, ret_answer, error);
}

void
plan_measure_verdict(const PlanQuestion *question, const PlanAnswer *answer, ReportCase *test_case)
{
	g_autoptr(GString) problems = g_string_new(NULL);

	if (answer->tree == NULL) {
		plan_verdict_refused(question, answer, REPORT_ERRORED, "", test_case);
		return;
	}
	for (guint i = 0; i < PLAN_MEASURES; i++) {
		const PlanNode *node = NULL;
		double limit = question->plan_case->limits[i];
		double found = plan_measure_take(i, answer->tree, &node);
		if (limit < 0 || found <= limit)
			continue;
		g_autofree char *what = plan_measure_describe(i, found, node);
		g_string_append_printf(problems, "%s, at most %g are allowed (%s)\n", what, limit, plan_measure_key(i));
	}
	if (problems->len == 0)
		return;
	g_autofree char *text = plan_render(answer->tree);
	g_autofree char *plan = g_strconcat("the plan, with what it has done:\n", text, NULL);
	test_case->position = suite_node_position(suite_node_get(question->plan_case->plan->node, "max"));
	report_case_set(test_case, REPORT_FAILED, "%s%stable sizes: %s", problems->str, plan, question->source);
	plan_picture_add(test_case, "the plan, with what it has done", answer->tree, plan);
}
