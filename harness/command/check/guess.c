#include "command/check/guess.h"

#include "base/error.h"
#include "migration/detect/formats.h"

#include <string.h>

/* The case that shows that the tool's rules do not fit the files; NULL: they fit. */
static const ReportCase *
guess_find_misfit(const RunJob *job, const ReportSuite *suite)
{
	const char *stage = job->base != NULL ? "base" : "forward";

	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		if (g_strcmp0(test_case->database, job->database->name) == 0 && strcmp(test_case->stage, stage) == 0 &&
		    report_case_is_bad(test_case))
			return test_case;
	}
	return NULL;
}

/* A new file that the tool would pass over, or refuse: a change of a merged file is a fault for all tools. */
static bool
guess_is_of_a_new_file(const RunJob *job, const ReportCase *test_case)
{
	return strcmp(test_case->stage, "history") == 0 && job->base != NULL && report_case_is_bad(test_case) &&
	       g_strcmp0(test_case->database, job->database->name) == 0 &&
	       run_base_find(job->base, test_case->name) == NULL;
}

/* What a tool does with a file is its own rule, and the end of an upgrade follows from it. */
static bool
guess_is_of_the_tool(const RunJob *job, const ReportCase *test_case, bool new_files)
{
	return strcmp(test_case->stage, "layout") == 0 || guess_is_of_a_new_file(job, test_case) ||
	       (new_files && strcmp(test_case->stage, "upgrade") == 0);
}

static void
guess_skip(const RunJob *job, ReportCase *test_case)
{
	g_autofree char *story = g_strdup(test_case->details != NULL ? test_case->details : test_case->message);

	report_case_set(test_case, REPORT_SKIPPED,
	                "this may be wrong, because the tool is a guess (--format %s makes it sure): %s",
	                migration_set_format_name(job->set), story);
}

static bool
guess_fail(const RunJob *job, const ReportCase *misfit, GError **error)
{
	const char *format = migration_set_format_name(job->set);
	g_autofree char *names = g_strjoinv(", ", (char **)migration_format_names());
	g_autofree char *hint = g_strdup_printf(
	    "name the tool: pgassay check %s --format NAME; there are: %s; for a runner of your own that sends whole "
	    "files, plain; with \"--format %s\" this fails the check",
	    job->set->directory, names, format);
	g_autofree char *what = job->base != NULL ? g_strdup(misfit->message)
	                                          : g_strdup_printf("\"%s\" fails: %s", misfit->name, misfit->message);

	return base_error_set(
	    error, BASE_ERROR_USAGE, hint,
	    "nothing was tested: the files in \"%s\" were taken for those of %s (%s), and by its rules "
	    "%s",
	    job->set->directory, migration_set_format_title(job->set), job->set->detected, what);
}

static void
guess_judge_cases(const RunJob *job, ReportSuite *suite, bool misfit)
{
	bool new_files = false;

	for (guint i = 0; i < suite->cases->len; i++)
		new_files = new_files || guess_is_of_a_new_file(job, g_ptr_array_index(suite->cases, i));
	for (guint i = 0; i < suite->cases->len; i++) {
		ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		if (report_case_is_bad(test_case) && (misfit || guess_is_of_the_tool(job, test_case, new_files)))
			guess_skip(job, test_case);
	}
}

/* True when the merged migrations of the job fail; ret_failure (may be NULL) is how, as an error. */
static bool
guess_judge_job(const RunJob *job, ReportRun *report, GError **ret_failure)
{
	for (guint i = 0; i < report->suites->len; i++) {
		ReportSuite *suite = g_ptr_array_index(report->suites, i);
		if (strcmp(suite->name, job->suite->name) != 0)
			continue;
		const ReportCase *misfit = guess_find_misfit(job, suite);
		if (misfit != NULL)
			(void)guess_fail(job, misfit, ret_failure);
		guess_judge_cases(job, suite, misfit != NULL);
		return misfit != NULL;
	}
	return false;
}

bool
command_check_guess(const RunPlan *plan, ReportRun *report, GError **error)
{
	GError *first = NULL;
	guint n_lost = 0;

	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (job->set->guessed && guess_judge_job(job, report, first == NULL ? &first : NULL))
			n_lost++;
	}
	if (n_lost > 0 && n_lost == plan->jobs->len) {
		g_propagate_error(error, first);
		return false;
	}
	g_clear_error(&first);
	return true;
}
