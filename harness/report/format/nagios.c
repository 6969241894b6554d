/* One line for a monitoring system: the state, a sentence, and numbers behind a bar. */
#include "report/cause.h"
#include "report/file.h"
#include "report/format/format.h"
#include "report/text.h"

#include <string.h>

#define NAGIOS_TEXT ((gsize)500)

/* A bar would begin the numbers. */
static char *
nagios_clean(const char *text)
{
	g_autofree char *clean = report_text_clean(text, NAGIOS_TEXT, REPORT_TEXT_LINE);

	return g_strdelimit(g_steal_pointer(&clean), "|", '/');
}

static const char *
nagios_state(const ReportCounts *counts)
{
	if (counts->failed > 0)
		return "CRITICAL";
	return counts->errored > 0 || counts->passed == 0 ? "UNKNOWN" : "OK";
}

bool
report_nagios_write(const ReportRun *run, const char *path, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GPtrArray) causes = report_run_causes(run);
	ReportCounts counts = report_run_count(run);
	g_autofree char *verdict = report_run_verdict(run);
	g_autofree char *clean = nagios_clean(verdict);
	gint64 time = MAX(run->duration, 0);

	g_string_append_printf(out, "PGASSAY %s - %s", nagios_state(&counts), clean);
	if (causes->len > 0) {
		const ReportCase *first = ((const ReportCause *)g_ptr_array_index(causes, 0))->first;
		g_autofree char *message = nagios_clean(first->message != NULL ? first->message : first->name);
		g_string_append_printf(out, "; the worst: %s", message);
	}
	g_string_append_printf(
	    out, " | passed=%u failed=%u;;0 errors=%u;;0 skipped=%u time=%" G_GINT64_FORMAT ".%03ds\n", counts.passed,
	    counts.failed, counts.errored, counts.skipped, time / G_USEC_PER_SEC, (int)(time / 1000 % 1000));
	return report_file_write(path, out->str, out->len, error);
}
