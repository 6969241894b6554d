#include "check/problem.h"

static void
problem_clear(gpointer data)
{
	CheckProblem *problem = data;

	g_free(problem->text);
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
	CheckProblem problem = { .position = suite_node_position(node) };
	va_list arguments;

	va_start(arguments, format);
	problem.text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_array_append_val(expect->problems, problem);
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
	g_array_set_size(expect->problems, 0);
	check_case_report(expect->context, test_case);
}
