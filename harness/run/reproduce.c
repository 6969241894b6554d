#include "run/reproduce.h"

#include "report/cause.h"

#include <string.h>

static GPtrArray *
reproduce_begin(const char *const *command)
{
	GPtrArray *arguments = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; command[i] != NULL; i++)
		g_ptr_array_add(arguments, g_strdup(command[i]));
	return arguments;
}

static void
reproduce_add_suite(GPtrArray *arguments, const ReportSuite *suite)
{
	if (suite->path != NULL)
		g_ptr_array_add(arguments, report_path_relative(suite->path));
}

static GStrv
reproduce_end(GPtrArray *arguments)
{
	g_ptr_array_add(arguments, NULL);
	GStrv vector = (GStrv)g_ptr_array_free(arguments, FALSE);
	return vector;
}

/* A part of a pattern: characters that cannot be typed, and a slash that would end the part, become "?", any one
 * character. */
static void
reproduce_add_part(GString *pattern, const char *text, bool last)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar character = g_utf8_get_char(p);
		bool typed = g_unichar_isprint(character) && character != 0xFFFD && (last || character != '/');
		g_string_append_unichar(pattern, typed ? character : '?');
	}
	if (!last)
		g_string_append_c(pattern, '/');
}

char *
run_reproduce_pattern(const ReportCase *test_case)
{
	GString *pattern = g_string_new(NULL);

	reproduce_add_part(pattern, test_case->database, false);
	reproduce_add_part(pattern, test_case->stage, false);
	reproduce_add_part(pattern, test_case->name, true);
	return g_string_free(pattern, FALSE);
}

/* The seed of a database's stage is its property "DATABASE.STAGE.seed". */
const char *
run_reproduce_seed(const ReportSuite *suite, const ReportCase *test_case)
{
	g_autofree char *name = g_strdup_printf("%s.%s.seed", test_case->database, test_case->stage);

	for (guint i = 0; i < suite->properties->len; i++) {
		const ReportProperty *property = g_ptr_array_index(suite->properties, i);
		if (strcmp(property->name, name) == 0)
			return property->value;
	}
	return NULL;
}

/* Adds the seed, so that the random choices are the same. */
static void
reproduce_add_seed(GPtrArray *arguments, const ReportSuite *suite, const ReportCase *test_case)
{
	const char *seed = run_reproduce_seed(suite, test_case);

	if (seed == NULL)
		return;
	g_ptr_array_insert(arguments, 0, g_strdup("env"));
	g_ptr_array_insert(arguments, 1, g_strdup_printf("PGASSAY_SEED=%s", seed));
}

void
run_reproduce(const char *const *command, bool with_suite, const ReportSuite *suite, ReportCase *test_case)
{
	if (command == NULL || !report_case_is_bad(test_case))
		return;
	GPtrArray *arguments = reproduce_begin(command);
	if (with_suite)
		reproduce_add_suite(arguments, suite);
	/* An aborted stage, or a case without a database, has no name that --only accepts. */
	if (test_case->database != NULL && g_strcmp0(test_case->stage, "run") != 0) {
		g_ptr_array_add(arguments, g_strdup("--only"));
		g_ptr_array_add(arguments, run_reproduce_pattern(test_case));
		reproduce_add_seed(arguments, suite, test_case);
	}
	g_strfreev(test_case->reproduce);
	test_case->reproduce = reproduce_end(arguments);
}

void
run_describe(const RunPlan *plan, const char *const *command, bool with_suites, ReportRun *report)
{
	for (guint i = 0; i < plan->jobs->len && report->base == NULL; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		report->base = g_strdup(job->base != NULL ? job->base->label : NULL);
	}
	report_run_find_causes(report);
	if (command == NULL)
		return;
	GPtrArray *arguments = reproduce_begin(command);
	for (guint i = 0; with_suites && i < report->suites->len; i++)
		reproduce_add_suite(arguments, g_ptr_array_index(report->suites, i));
	report->reproduce = reproduce_end(arguments);
}
