/* The Test Anything Protocol, version 14. */
#include "report/file.h"
#include "report/format/format.h"
#include "report/json_text.h"
#include "report/place.h"
#include "report/text.h"

#include <string.h>

#define TAP_LINE ((gsize)2000)

/* "#" begins a directive, and a backslash takes that away. */
static void
tap_append(GString *out, const char *text)
{
	g_autofree char *clean = report_text_clean(text, TAP_LINE, REPORT_TEXT_LINE);

	for (const char *p = clean; *p != '\0'; p++) {
		if (*p == '#' || *p == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *p);
	}
}

/* A text of JSON is one of YAML, too. */
static void
tap_append_fact(GString *out, const char *name, const char *text)
{
	ReportJson json = { .out = out, .first = true };

	if (text == NULL)
		return;
	g_string_append_printf(out, "  %s: ", name);
	report_json_text(&json, NULL, text);
	g_string_append_c(out, '\n');
}

static void
tap_append_facts(GString *out, const ReportSuite *suite, const ReportCase *test_case)
{
	guint line = 0;
	g_autofree char *file = report_case_file(suite, test_case, &line);
	g_autofree char *command = report_case_command(test_case);

	g_string_append(out, "  ---\n");
	tap_append_fact(out, "message", test_case->message);
	tap_append_fact(out, "severity", test_case->status == REPORT_ERRORED ? "error" : "fail");
	tap_append_fact(out, "file", file);
	if (file != NULL)
		g_string_append_printf(out, "  line: %u\n", line);
	tap_append_fact(out, "expected", test_case->expected);
	tap_append_fact(out, "since", test_case->since);
	tap_append_fact(out, "hint", test_case->hint);
	tap_append_fact(out, "remedy", test_case->remedy);
	tap_append_fact(out, "reproduce", command);
	tap_append_fact(out, "details", test_case->details);
	g_string_append(out, "  ...\n");
}

static void
tap_append_case(GString *out, const ReportSuite *suite, const ReportCase *test_case, guint number)
{
	bool bad = report_case_is_bad(test_case);

	g_string_append_printf(out, "%s %u - ", bad ? "not ok" : "ok", number);
	tap_append(out, suite->name);
	if (test_case->database != NULL) {
		g_string_append_c(out, ' ');
		tap_append(out, test_case->database);
	}
	g_string_append_c(out, ' ');
	tap_append(out, test_case->stage);
	g_string_append(out, ": ");
	tap_append(out, test_case->name);
	if (test_case->status == REPORT_SKIPPED) {
		g_string_append(out, " # SKIP ");
		tap_append(out, test_case->message != NULL ? test_case->message : "");
	}
	g_string_append_c(out, '\n');
	if (bad)
		tap_append_facts(out, suite, test_case);
}

bool
report_tap_write(const ReportRun *run, const char *path, GError **error)
{
	g_autoptr(GString) out = g_string_new("TAP version 14\n");
	ReportCounts counts = report_run_count(run);
	guint number = 0;

	g_string_append_printf(out, "1..%u\n", counts.passed + counts.failed + counts.errored + counts.skipped);
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->cases->len; j++)
			tap_append_case(out, suite, g_ptr_array_index(suite->cases, j), ++number);
	}
	return report_file_write(path, out->str, out->len, error);
}
