#include "report/format/preconditions.h"

#include "base/error.h"
#include "report/file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

guint
report_preconditions_count(const ReportRun *run)
{
	guint n = 0;

	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->cases->len; j++) {
			const ReportCase *test_case = g_ptr_array_index(suite->cases, j);
			n += test_case->preconditions != NULL ? test_case->preconditions->len : 0;
		}
	}
	return n;
}

/* A comment may be of several lines. */
static void
append_comment(GString *text, const char *comment)
{
	g_auto(GStrv) lines = g_strsplit(comment, "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++)
		g_string_append_printf(text, "-- %s\n", lines[i]);
}

/* A query of the kind "... -- remark" ends in a comment, which takes a semicolon behind it with it. */
static void
append_query(GString *text, const ReportPrecondition *precondition)
{
	append_comment(text, precondition->meaning);
	if (precondition->query == NULL)
		g_string_append(text, "-- (there is no query for that)\n");
	else
		g_string_append_printf(text, "%s%s\n;\n", precondition->empty ? "" : "-- (look at what it gives)\n",
		                       precondition->query);
}

static void
append_case(GString *text, const ReportSuite *suite, const ReportCase *test_case)
{
	if (test_case->preconditions == NULL)
		return;
	g_string_append_printf(text, "\n-- %s, database %s: %s works only if\n", suite->name, test_case->database,
	                       test_case->name);
	for (guint i = 0; i < test_case->preconditions->len; i++)
		append_query(text, g_ptr_array_index(test_case->preconditions, i));
}

bool
report_preconditions_write(const ReportRun *run, const char *path, GError **error)
{
	g_autoptr(GString) text = g_string_new(
	    "-- Preconditions on data, written by pgassay: run the queries of a migration on the database before the "
	    "migration.\n-- Each gives the rows that would make it fail; no row is what you want.\n");

	if (report_preconditions_count(run) == 0) {
		if (g_unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR)
			return true;
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL,
		                      "could not remove \"%s\" of an earlier run: %s", path, g_strerror(errno));
	}
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->cases->len; j++)
			append_case(text, suite, g_ptr_array_index(suite->cases, j));
	}
	return report_file_write(path, text->str, text->len, error);
}
