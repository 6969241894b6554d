#include "check/problem.h"

static void
problem_clear(gpointer data)
{
	CheckProblem *problem = data;

	g_free(problem->text);
	g_ptr_array_unref(problem->fixes);
}

static void
fix_free(gpointer data)
{
	CheckFix *fix = data;

	g_free(fix->yaml);
	g_free(fix);
}

void
check_expect_open(CheckExpect *expect, const CheckContext *context)
{
	expect->context = context;
	expect->meaning = check_meaning_new(context->session);
	expect->problems = g_array_new(FALSE, FALSE, sizeof(CheckProblem));
	g_array_set_clear_func(expect->problems, problem_clear);
}

void
check_expect_close(CheckExpect *expect)
{
	check_meaning_free(expect->meaning);
	g_array_unref(expect->problems);
}

void
check_problem(CheckExpect *expect, const SuiteNode *node, const char *format, ...)
{
	CheckProblem problem = { .position = suite_node_position(node),
		                 .fixes = g_ptr_array_new_with_free_func(fix_free) };
	va_list arguments;

	va_start(arguments, format);
	problem.text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_array_append_val(expect->problems, problem);
}

void
check_problem_fix(CheckExpect *expect, CheckFixKind kind, const SuiteNode *node, const char *yaml,
                  const CatalogObject *object)
{
	CheckProblem *last = &g_array_index(expect->problems, CheckProblem, expect->problems->len - 1);
	CheckFix *fix = g_new0(CheckFix, 1);

	fix->kind = kind;
	fix->node = node;
	fix->yaml = g_strdup(yaml);
	fix->object = object;
	g_ptr_array_add(last->fixes, fix);
}

void
check_problem_unfix(CheckExpect *expect, guint first)
{
	for (guint i = first; i < expect->problems->len; i++)
		g_ptr_array_set_size(g_array_index(expect->problems, CheckProblem, i).fixes, 0);
}

/* All problems, one a line, each with its place in the fixture. */
static char *
list_problems(const CheckExpect *expect)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < expect->problems->len; i++) {
		const CheckProblem *one = &g_array_index(expect->problems, CheckProblem, i);
		g_autofree char *place = base_position_format(one->position);
		g_string_append_printf(text, "%s%s: %s", i > 0 ? "\n" : "", place, one->text);
	}
	return g_string_free(text, FALSE);
}

void
check_expect_report(CheckExpect *expect, const char *name, const SuiteNode *node, gint64 start)
{
	ReportCase *test_case = check_case_new(expect->context, "expect", name, suite_node_position(node));

	if (expect->problems->len == 1) {
		const CheckProblem *only = &g_array_index(expect->problems, CheckProblem, 0);
		test_case->position = only->position;
		report_case_set(test_case, REPORT_FAILED, "%s", only->text);
	} else if (expect->problems->len > 1) {
		g_autofree char *problems = list_problems(expect);
		report_case_set(test_case, REPORT_FAILED, "%u differences\n%s", expect->problems->len, problems);
	}
	test_case->duration = g_get_monotonic_time() - start;
	for (guint i = 0; expect->context->on_problem != NULL && i < expect->problems->len; i++)
		expect->context->on_problem(&g_array_index(expect->problems, CheckProblem, i),
		                            expect->context->report_data);
	g_array_set_size(expect->problems, 0);
	check_case_report(expect->context, test_case);
}
