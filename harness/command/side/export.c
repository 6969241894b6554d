#include "command/side/export.h"

#include "base/error.h"
#include "base/file.h"
#include "target/reading.h"

#include <stdio.h>
#include <string.h>

void
command_export_options_clear(CommandExportOptions *options)
{
	g_free(options->target);
	g_free(options->output);
}

static bool
export_check(const CommandExport *export, const CommandExportOptions *options, int n_arguments, char **arguments,
             TargetReadingOptions *ret_limits, GError **error)
{
	g_autofree char *hint = g_strdup_printf("write \"pgassay %s export --target URL\"", export->command);

	if (n_arguments < 2)
		return base_error_set(error, BASE_ERROR_USAGE, hint, "%s needs to know what to do", export->command);
	if (n_arguments > 2 || strcmp(arguments[1], "export") != 0)
		return base_error_set(error, BASE_ERROR_USAGE, hint, "%s can do nothing but \"export\"",
		                      export->command);
	if (options->target == NULL)
		return base_error_set(error, BASE_ERROR_USAGE, "--target URL says which database; it is only read",
		                      "the database is missing");
	return command_limits_check(&options->limits, ret_limits, error);
}

static char *
export_make(const CommandExport *export, const CommandExportOptions *options, const TargetReadingOptions *limits,
            GError **error)
{
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_conninfo(options->target, error);

	if (endpoint == NULL)
		return NULL;
	db_endpoint_set_connect_timeout(endpoint, (guint)options->limits.connect_timeout);
	g_autoptr(DbSession) session = target_reading_open(endpoint, limits, error);
	char *text = session != NULL ? export->make(session, export->data, error) : NULL;
	if (session != NULL && text == NULL)
		target_reading_explain(session, error);
	return text;
}

bool
command_export_run(const CommandExport *export, const CommandExportOptions *options, int n_arguments, char **arguments,
                   GError **error)
{
	TargetReadingOptions limits = { 0 };

	if (!export_check(export, options, n_arguments, arguments, &limits, error))
		return false;
	g_autofree char *text = export_make(export, options, &limits, error);
	if (text == NULL)
		return false;
	if (options->output != NULL)
		return base_file_write(options->output, export->what, text, strlen(text), error);
	fputs(text, stdout);
	return true;
}
