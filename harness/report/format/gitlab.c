/* GitLab's code quality: an array of findings. A fingerprint must not change when lines move, and must differ for two
 * findings, or only the first one is shown. */
#include "report/file.h"
#include "report/format/format.h"
#include "report/json_text.h"
#include "report/place.h"

static const char *
gitlab_severity(const ReportCase *test_case)
{
	switch (test_case->kind) {
	case REPORT_KIND_ACCESS:
	case REPORT_KIND_LOSS:
		return "blocker";
	case REPORT_KIND_DEPLOY:
	case REPORT_KIND_DOWN:
	case REPORT_KIND_CRASH:
		return "critical";
	default:
		return "major";
	}
}

static void
gitlab_write_case(ReportJson *json, const ReportBad *bad)
{
	const ReportCase *test_case = bad->test_case;
	guint line = 0;
	g_autofree char *file = report_case_file(bad->suite, test_case, &line);
	g_autofree char *text = report_case_text(test_case);
	g_autofree char *fingerprint = report_case_fingerprint(bad->suite, test_case);

	report_json_begin(json, NULL, '{');
	report_json_text(json, "description", text);
	report_json_text(json, "check_name", test_case->stage);
	report_json_text(json, "fingerprint", fingerprint);
	report_json_text(json, "severity", gitlab_severity(test_case));
	report_json_begin(json, "location", '{');
	report_json_text(json, "path", file != NULL ? file : "pgassay");
	report_json_begin(json, "lines", '{');
	report_json_number(json, "begin", line);
	report_json_end(json, '}');
	report_json_end(json, '}');
	report_json_end(json, '}');
	report_json_line(json);
}

bool
report_gitlab_write(const ReportRun *run, const char *path, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GPtrArray) bad = report_run_bad(run);
	ReportJson json = { .out = out, .first = true };

	report_json_begin(&json, NULL, '[');
	for (guint i = 0; i < bad->len; i++)
		gitlab_write_case(&json, g_ptr_array_index(bad, i));
	report_json_end(&json, ']');
	report_json_line(&json);
	return report_file_write(path, out->str, out->len, error);
}
