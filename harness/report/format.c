#include "report/format.h"

#include "base/error.h"

#include <errno.h>
#include <string.h>

static const ReportFormat formats[] = {
	{ "junit", "junit.xml", "JUnit XML with file and line, for Jenkins, GitLab and GitHub", report_junit_write },
	{ "xunit", "xunit.xml", "JUnit XML as the schema of Jenkins' xUnit plugin wants it", report_xunit_write },
	{ NULL, NULL, NULL, NULL },
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
