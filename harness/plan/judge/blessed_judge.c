/* Compares a plan with the blessed one. */
#include "plan/judge/beside.h"
#include "plan/judge/verdict.h"
#include "plan/tree/picture.h"

static const char *const blessed_differences[] = {
	[PLAN_LEVEL_ACCESS] = "reads its tables in another way than",
	[PLAN_LEVEL_JOINS] = "joins its tables in another way than",
	[PLAN_LEVEL_SHAPE] = "has another shape than",
};

static void
blessed_report_missing(const PlanBlessed *blessed, const char *name, guint major, ReportCase *test_case)
{
	report_case_set(test_case, REPORT_FAILED,
	                "no plan is blessed for it on PostgreSQL %u in \"%s\"\nhint: look at it, and run \"pgassay "
	                "bless\"; or write \"blessed: off\" for plan \"%s\"",
	                major, plan_blessed_path(blessed), name);
}

static void
blessed_report_other(const PlanQuestion *question, PlanLevel level, const PlanForm *wanted, const PlanForm *found,
                     SourcePosition position, const PlanTree *tree, ReportCase *test_case)
{
	bool fails = level <= question->plan_case->level;
	g_autofree char *place = base_position_format(position);
	g_autofree char *both = plan_beside("blessed", wanted->shape, "now", found->shape);
	g_autofree char *text = plan_render(tree);
	g_autofree char *plan = g_strconcat("the plan now:\n", text, NULL);

	report_case_set(test_case, fails ? REPORT_FAILED : REPORT_PASSED,
	                "the query %s the blessed plan%s\n%s%s%sthe blessed one: %s\ntable sizes: %s",
	                blessed_differences[level], fails ? "" : ", which is reported only",
	                fails ? "hint: if the new plan is what you want, run \"pgassay bless\"\n" : "", both, plan,
	                place, question->source);
	plan_picture_add(test_case, "the plan now", tree, plan);
}

bool
plan_blessed_judge(const PlanQuestion *question, const PlanBlessed *blessed, const PlanAnswer *answer,
                   ReportCase *test_case, GError **error)
{
	guint major = plan_frame_version(question->frame);
	g_autofree char *name = plan_case_name(question->plan_case, question->index);
	PlanForm wanted = { 0 };
	SourcePosition position;
	bool tie = false;

	/* A new version of the server has plans of its own, and the stage reports that once. */
	if (question->plan_case->level == PLAN_LEVEL_OFF || !plan_blessed_has_version(blessed, major))
		return true;
	if (!plan_blessed_find(blessed, name, major, &wanted, &position)) {
		blessed_report_missing(blessed, question->plan_case->plan->name, major, test_case);
		return true;
	}
	g_auto(PlanForm) found = plan_form_of(answer->tree, plan_frame_catalog(question->frame));
	PlanLevel level = plan_form_compare(&wanted, &found);
	if (level == PLAN_LEVEL_OFF)
		return true;
	if (level == PLAN_LEVEL_ACCESS && !plan_is_tie(question, answer, wanted.access, &tie, error))
		return false;
	if (!tie)
		blessed_report_other(question, level, &wanted, &found, position, answer->tree, test_case);
	else
		report_case_set(test_case, REPORT_PASSED,
		                "a tie: the query %s the blessed plan, which costs the same; which of the two is taken "
		                "depends on the order in which indexes were made",
		                blessed_differences[level]);
	return true;
}
