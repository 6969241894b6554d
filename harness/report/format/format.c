#include "report/format/format.h"

#include "base/error.h"
#include "report/html/html.h"

#include <errno.h>
#include <string.h>

static const ReportFormat formats[] = {
	{ "junit", "junit.xml", "JUnit XML with file and line, for Jenkins, GitLab and GitHub", report_junit_write },
	{ "xunit", "xunit.xml", "JUnit XML as the schema of Jenkins' xUnit plugin wants it", report_xunit_write },
	{ "surefire", "surefire-reports", "JUnit XML as Maven's Surefire writes it: a folder with TEST-SUITE.xml",
	  report_surefire_write, .is_folder = true },
	{ "html", "report.html", "one page without any script, for people: a browser, a mail, a CI system's artifacts",
	  report_html_write, .wants_schema = true },
	{ "json", "report.json", "all that the run found, for programs; \"pgassay report merge\" reads it",
	  report_json_write, .wants_schema = true },
	{ "markdown", "report.md", "the summary of a job, or a comment on a pull request", report_markdown_write,
	  .wants_schema = true },
	{ "github", "/dev/stdout", "annotations of GitHub Actions", report_github_write },
	{ "gitlab-codequality", "codequality.json", "GitLab's code quality: findings in the merge request",
	  report_gitlab_write },
	{ "sarif", "report.sarif", "SARIF 2.1.0 for code scanning", report_sarif_write },
	{ "ctrf", "ctrf.json", "the Common Test Report Format", report_ctrf_write },
	{ "tap", "report.tap", "the Test Anything Protocol, version 14", report_tap_write },
	{ "nagios", "/dev/stdout", "one line for a monitoring system", report_nagios_write },
	{ NULL },
};

const ReportFormat *
report_format_find(const char *name)
{
	for (const ReportFormat *format = formats; format->name != NULL; format++)
		if (strcmp(format->name, name) == 0)
			return format;
	return NULL;
}

const ReportFormat *
report_formats(void)
{
	return formats;
}

bool
report_format_write(const ReportFormat *format, const ReportRun *run, const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);

	if (g_mkdir_with_parents(folder, 0777) != 0)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, "choose another path for the report",
		                      "could not make the folder of the report \"%s\": %s", path, g_strerror(errno));
	return format->write(run, path, error);
}
