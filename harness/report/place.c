#include "report/place.h"

#include <string.h>

char *
report_case_file(const ReportSuite *suite, const ReportCase *test_case, guint *ret_line)
{
	SourcePosition position = test_case->position;

	*ret_line = MAX(position.line, 1);
	if (position.path == NULL || position.line == 0)
		position.path = suite->path;
	return position.path != NULL && *position.path != '\0' ? report_path_relative(position.path) : NULL;
}

char *
report_case_text(const ReportCase *test_case)
{
	GString *text = g_string_new(test_case->message != NULL ? test_case->message
	                                                        : report_status_name(test_case->status));
	g_autofree char *command = report_case_command(test_case);

	if (test_case->expected != NULL)
		g_string_append_printf(text, "\nexpected: %s", test_case->expected);
	if (test_case->since != NULL)
		g_string_append_printf(text, "\nsince: %s", test_case->since);
	if (test_case->details != NULL) {
		const char *details = test_case->details;
		if (test_case->message != NULL && g_str_has_prefix(details, test_case->message))
			details += strlen(test_case->message);
		details += strspn(details, "\r\n");
		g_string_append_printf(text, "%s%s", *details != '\0' ? "\n" : "", details);
	}
	if (test_case->remedy != NULL)
		g_string_append_printf(text, "\nadd to the down:\n%s", test_case->remedy);
	if (command != NULL)
		g_string_append_printf(text, "\nreproduce: %s", command);
	return g_string_free(text, FALSE);
}

char *
report_case_fingerprint(const ReportSuite *suite, const ReportCase *test_case)
{
	g_autofree char *classname = report_case_classname(suite, test_case);
	g_autofree char *id = report_case_id(suite, test_case);
	const char *texts[] = { test_case->name, "/", classname };
	g_autofree char *other = report_hash(texts, G_N_ELEMENTS(texts));

	return g_strconcat(id, other, NULL);
}

static bool
place_is_new(const ReportSuite *suite, const ReportCase *test_case)
{
	const ReportDatabase *database = report_suite_database(suite, test_case->database);
	const ReportMigration *since = database != NULL ? report_database_migration(database, test_case->since) : NULL;

	return since != NULL && since->is_new;
}

/* Adds the cases of the cause that are of new migrations, or not: the first one of it, or the others. */
static void
place_add_cases(GPtrArray *bad, const ReportCause *cause, bool first, bool is_new)
{
	for (guint i = 0; i < cause->cases->len; i++) {
		ReportBad one = { .suite = g_ptr_array_index(cause->suites, i),
			          .test_case = g_ptr_array_index(cause->cases, i) };
		one.is_new = place_is_new(one.suite, one.test_case);
		if (one.is_new == is_new && (one.test_case == cause->first) == first)
			g_ptr_array_add(bad, g_memdup2(&one, sizeof(one)));
	}
}

GPtrArray *
report_run_bad(const ReportRun *run)
{
	static const struct {
		bool first;
		bool is_new;
	} rounds[] = { { true, true }, { true, false }, { false, true }, { false, false } };
	g_autoptr(GPtrArray) causes = report_run_causes(run);
	GPtrArray *bad = g_ptr_array_new_with_free_func(g_free);

	for (gsize i = 0; i < G_N_ELEMENTS(rounds); i++)
		for (guint j = 0; j < causes->len; j++)
			place_add_cases(bad, g_ptr_array_index(causes, j), rounds[i].first, rounds[i].is_new);
	return bad;
}
