/* Annotations of GitHub Actions, which the runner reads from the output of a step. GitHub shows ten errors of a step
 * and silently drops the others, so a last line counts them. */
#include "report/file.h"
#include "report/format/format.h"
#include "report/place.h"
#include "report/text.h"

#include <string.h>

#define GITHUB_MOST 10
#define GITHUB_TEXT ((gsize)4000)

static void
github_append(GString *out, const char *text, bool property)
{
	g_autofree char *clean = report_text_clean(text, GITHUB_TEXT, REPORT_TEXT_LINES);

	for (const char *p = clean; *p != '\0'; p++) {
		if (strchr("%\r\n", *p) != NULL || (property && strchr(":,", *p) != NULL))
			g_string_append_printf(out, "%%%02X", (guint)*p);
		else
			g_string_append_c(out, *p);
	}
}

static void
github_append_case(GString *out, const ReportBad *bad)
{
	const ReportCase *test_case = bad->test_case;
	guint line = 0;
	g_autofree char *file = report_case_file(bad->suite, test_case, &line);
	g_autofree char *title = g_strdup_printf("%s %s: %s", test_case->database != NULL ? test_case->database : "",
	                                         test_case->stage, test_case->name);
	g_autofree char *text = report_case_text(test_case);

	g_string_append(out, "::error ");
	if (file != NULL) {
		g_string_append(out, "file=");
		github_append(out, file, true);
		g_string_append_printf(out, ",line=%u,", line);
		if (test_case->position.column > 0)
			g_string_append_printf(out, "col=%u,", test_case->position.column);
	}
	g_string_append(out, "title=");
	github_append(out, g_strstrip(title), true);
	g_string_append(out, "::");
	github_append(out, text, false);
	g_string_append_c(out, '\n');
}

bool
report_github_write(const ReportRun *run, const char *path, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GPtrArray) bad = report_run_bad(run);
	g_autofree char *verdict = report_run_verdict(run);
	guint shown = MIN(bad->len, GITHUB_MOST);

	for (guint i = 0; i < shown; i++)
		github_append_case(out, g_ptr_array_index(bad, i));
	g_string_append(out, "::notice title=pgassay::");
	github_append(out, verdict, false);
	if (bad->len > shown)
		g_string_append_printf(out,
		                       "%%0A%u more %s not shown here, because GitHub shows %d of a step; the other "
		                       "reports have them",
		                       bad->len - shown, bad->len - shown == 1 ? "case is" : "cases are", GITHUB_MOST);
	g_string_append_c(out, '\n');
	return report_file_write(path, out->str, out->len, error);
}
