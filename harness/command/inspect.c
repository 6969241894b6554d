/* pgassay inspect: a report on a database that runs. */
#include "command/command.h"
#include "command/option/timeouts.h"

#include "base/error.h"
#include "report/json_text.h"
#include "report/text.h"
#include "target/identity.h"
#include "target/inspect.h"

#include <stdio.h>
#include <string.h>

#define INSPECT_CELL ((gsize)120)

typedef struct {
	char *target;
	char *format;
	CommandLimits limits;
} Options;

/* --- As text --------------------------------------------------------------------------------- */

static char *
inspect_cell(const DbResult *rows, int row, int column)
{
	const char *value = row < 0 ? db_result_column_name(rows, column) : db_result_value(rows, row, column);

	if (row < 0) {
		g_autofree char *name = g_strdelimit(g_strdup(value), "_", ' ');
		return report_text_clean(name, INSPECT_CELL, REPORT_TEXT_LINE);
	}
	return report_text_clean(value != NULL ? value : "-", INSPECT_CELL, REPORT_TEXT_LINE);
}

static guint
inspect_width(const DbResult *rows, int column)
{
	guint width = 0;

	for (int row = -1; row < db_result_rows(rows); row++) {
		g_autofree char *cell = inspect_cell(rows, row, column);
		width = MAX(width, report_text_width(cell));
	}
	return width;
}

static void
inspect_print_rows(const DbResult *rows)
{
	int n_columns = db_result_columns(rows);

	for (int row = -1; row < db_result_rows(rows); row++) {
		printf("  ");
		for (int column = 0; column < n_columns; column++) {
			g_autofree char *cell = inspect_cell(rows, row, column);
			guint padding = inspect_width(rows, column) - report_text_width(cell);
			printf("%s%*s", cell, column + 1 < n_columns ? (int)padding + 2 : 0, "");
		}
		putchar('\n');
	}
}

static void
inspect_print(const TargetInspection *inspection, const DbResult *rows, const char *why)
{
	if (why != NULL) {
		printf("\n%s: not known: %s\n", inspection->title, why);
		return;
	}
	if (db_result_rows(rows) == 0) {
		printf("\n%s: none\n", inspection->title);
		return;
	}
	printf("\n%s\n", inspection->title);
	inspect_print_rows(rows);
	if (inspection->advice != NULL)
		printf("  hint: %s\n", inspection->advice);
}

/* --- As JSON ----------------------------------------------------------------------------------- */

static void
inspect_add_json(ReportJson *json, const TargetInspection *inspection, const DbResult *rows, const char *why)
{
	report_json_line(json);
	report_json_begin(json, NULL, '{');
	report_json_text(json, "check_name", inspection->name);
	report_json_text(json, "issue_description", inspection->title);
	report_json_text(json, "recommended_action", inspection->advice);
	report_json_text(json, "not_known", why);
	report_json_begin(json, "rows", '[');
	for (int row = 0; rows != NULL && row < db_result_rows(rows); row++) {
		report_json_begin(json, NULL, '{');
		for (int column = 0; column < db_result_columns(rows); column++)
			report_json_text(json, db_result_column_name(rows, column), db_result_value(rows, row, column));
		report_json_end(json, '}');
	}
	report_json_end(json, ']');
	report_json_end(json, '}');
}

/* --- The command --------------------------------------------------------------------------------- */

static bool
inspect_all(DbSession *session, ReportJson *json, GError **error)
{
	for (const TargetInspection *inspection = target_inspections(); inspection->name != NULL; inspection++) {
		g_autoptr(DbResult) rows = NULL;
		g_autofree char *why = NULL;
		if (!target_inspect(inspection, session, &rows, &why, error))
			return false;
		if (json != NULL)
			inspect_add_json(json, inspection, rows, why);
		else
			inspect_print(inspection, rows, why);
	}
	return true;
}

static bool
inspect_as_json(DbSession *session, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	ReportJson json = { .out = out, .first = true };

	report_json_begin(&json, NULL, '[');
	if (!inspect_all(session, &json, error))
		return false;
	report_json_end(&json, ']');
	printf("%s\n", out->str);
	return true;
}

static bool
inspect_as_text(DbSession *session, const DbEndpoint *endpoint, GError **error)
{
	g_auto(TargetIdentity) identity = { 0 };

	if (!target_identity_read(session, &identity, error))
		return false;
	printf("%s on %s, PostgreSQL %s, read only\n", identity.database, db_endpoint_describe(endpoint),
	       db_session_server_version_text(session));
	return inspect_all(session, NULL, error);
}

static bool
command_inspect_run(const Options *options, int n_arguments, GError **error)
{
	bool json = g_strcmp0(options->format, "json") == 0;
	TargetReadingOptions reading = { 0 };

	if (options->target == NULL || n_arguments != 1)
		return base_error_set(error, BASE_ERROR_USAGE, "\"pgassay inspect --help\" explains it",
		                      "name the database by --target URL");
	if (options->format != NULL && !json && strcmp(options->format, "text") != 0)
		return base_error_set(error, BASE_ERROR_USAGE, "there are: text, json", "there is no format \"%s\"",
		                      options->format);
	if (!command_limits_check(&options->limits, &reading, error))
		return false;
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_conninfo(options->target, error);
	if (endpoint == NULL)
		return false;
	db_endpoint_set_connect_timeout(endpoint, (guint)options->limits.connect_timeout);
	g_autoptr(DbSession) session = target_reading_open(endpoint, &reading, error);
	return session != NULL && (json ? inspect_as_json(session, error) : inspect_as_text(session, endpoint, error));
}

CommandResult
command_inspect(int n_arguments, char **arguments)
{
	Options options = { .limits = COMMAND_LIMITS_READING };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "target", 0, 0, G_OPTION_ARG_STRING, &options.target, "the database; nothing is written there",
		  "URL" },
		{ "format", 0, 0, G_OPTION_ARG_STRING, &options.format, "text (default) or json", "FORMAT" },
		COMMAND_LIMITS_OPTIONS(options.limits),
		{ NULL },
	};

	if (command_parse("inspect", entries, &n_arguments, &arguments, &result) &&
	    !command_inspect_run(&options, n_arguments, &error))
		result = command_error(error);
	g_free(options.target);
	g_free(options.format);
	return result;
}
