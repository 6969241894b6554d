/* CTRF, the Common Test Report Format. Times are in milliseconds. */
#include "report/file.h"
#include "report/format/format.h"
#include "report/json_text.h"
#include "report/place.h"

static const char *
ctrf_status(ReportStatus status)
{
	static const char *const names[] = { [REPORT_PASSED] = "passed",
		                             [REPORT_FAILED] = "failed",
		                             [REPORT_ERRORED] = "failed",
		                             [REPORT_SKIPPED] = "skipped" };

	return names[status];
}

static void
ctrf_write_suite_names(ReportJson *json, const ReportSuite *suite, const ReportCase *test_case)
{
	report_json_begin(json, "suite", '[');
	report_json_text(json, NULL, suite->name);
	report_json_text(json, NULL, test_case->database);
	report_json_text(json, NULL, test_case->stage);
	report_json_end(json, ']');
}

static void
ctrf_write_bad(ReportJson *json, const ReportCase *test_case)
{
	g_autofree char *text = report_case_text(test_case);
	g_autofree char *command = report_case_command(test_case);
	const char *tags[] = { report_kind_name(test_case->kind), NULL };

	report_json_text(json, "trace", text);
	report_json_texts(json, "tags", tags);
	report_json_begin(json, "extra", '{');
	report_json_text(json, "expected", test_case->expected);
	report_json_text(json, "since", test_case->since);
	report_json_text(json, "hint", test_case->hint);
	report_json_text(json, "remedy", test_case->remedy);
	report_json_text(json, "reproduce", command);
	report_json_end(json, '}');
}

static void
ctrf_write_case(ReportJson *json, const ReportSuite *suite, const ReportCase *test_case)
{
	guint line = 0;
	g_autofree char *file = report_case_file(suite, test_case, &line);

	report_json_begin(json, NULL, '{');
	report_json_text(json, "name", test_case->name);
	report_json_text(json, "status", ctrf_status(test_case->status));
	report_json_number(json, "duration", MAX(test_case->duration, 0) / 1000);
	ctrf_write_suite_names(json, suite, test_case);
	report_json_text(json, "message", test_case->message);
	if (file != NULL) {
		report_json_text(json, "filePath", file);
		report_json_number(json, "line", line);
	}
	report_json_text(json, "rawStatus", report_status_name(test_case->status));
	if (report_case_is_bad(test_case))
		ctrf_write_bad(json, test_case);
	report_json_end(json, '}');
	report_json_line(json);
}

static void
ctrf_write_summary(ReportJson *json, const ReportRun *run)
{
	ReportCounts counts = report_run_count(run);
	guint bad = counts.failed + counts.errored;

	report_json_begin(json, "summary", '{');
	report_json_number(json, "tests", counts.passed + bad + counts.skipped);
	report_json_number(json, "passed", counts.passed);
	report_json_number(json, "failed", bad);
	report_json_number(json, "pending", 0);
	report_json_number(json, "skipped", counts.skipped);
	report_json_number(json, "other", 0);
	report_json_number(json, "suites", run->suites->len);
	report_json_number(json, "start", run->started / 1000);
	report_json_number(json, "stop", (run->started + MAX(run->duration, 0)) / 1000);
	report_json_end(json, '}');
}

bool
report_ctrf_write(const ReportRun *run, const char *path, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	ReportJson json = { .out = out, .first = true };

	report_json_begin(&json, NULL, '{');
	report_json_text(&json, "reportFormat", "CTRF");
	report_json_text(&json, "specVersion", "0.0.0");
	report_json_begin(&json, "results", '{');
	report_json_begin(&json, "tool", '{');
	report_json_text(&json, "name", "pgassay");
	report_json_text(&json, "version", PGASSAY_VERSION);
	report_json_end(&json, '}');
	ctrf_write_summary(&json, run);
	report_json_begin(&json, "tests", '[');
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->cases->len; j++)
			ctrf_write_case(&json, suite, g_ptr_array_index(suite->cases, j));
	}
	report_json_end(&json, ']');
	report_json_end(&json, '}');
	report_json_end(&json, '}');
	report_json_line(&json);
	return report_file_write(path, out->str, out->len, error);
}
