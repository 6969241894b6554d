/* pgassay queries export: the statements that a database is asked, as a file of queries. */
#include "command/command.h"
#include "command/timeouts.h"

#include "base/error.h"
#include "base/file.h"
#include "query/normalised.h"
#include "target/reading.h"

#include <stdio.h>
#include <string.h>

typedef struct {
	CommandLimits limits;
	char *target;
	char *output;
} Options;

typedef struct {
	guint n_others; /* utility statements */
	guint n_values; /* with constants */
	guint n_hidden; /* of others, which the role may not see */
} QueriesLeftOut;

/* The extension's function, wherever it is, and of the extension only: that it is called runs its code. The view cannot
 * be read in a session that runs nobody's code. NULL with *error where it is not. */
static char *
queries_find_function(DbSession *session, GError **error)
{
	g_autoptr(DbResult) found = db_session_query(
	    session, error,
	    "SELECT pg_catalog.format('%I.%I', n.nspname, p.proname) FROM pg_catalog.pg_extension e"
	    " JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.refobjid = e.oid"
	    " AND d.classid = 'pg_catalog.pg_proc'::regclass AND d.deptype = 'e'"
	    " JOIN pg_catalog.pg_proc p ON p.oid = d.objid AND p.proname = 'pg_stat_statements'"
	    " JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE e.extname = 'pg_stat_statements'",
	    NULL);

	if (found == NULL)
		return NULL;
	if (db_result_rows(found) > 0)
		return g_strdup(db_result_value(found, 0, 0));
	base_error_set(
	    error, BASE_ERROR_ENVIRONMENT,
	    "CREATE EXTENSION pg_stat_statements, which shared_preload_libraries has to name; or list the files "
	    "of the application under \"queries\"",
	    "the database \"%s\" has no pg_stat_statements", db_session_database(session));
	return NULL;
}

static DbResult *
queries_read(DbSession *session, GError **error)
{
	g_autofree char *function = queries_find_function(session, error);
	g_autofree char *sql = g_strdup_printf(
	    "SELECT s.query, pg_catalog.sum(s.calls)::pg_catalog.text, pg_catalog.to_hex(pg_catalog.min(s.queryid))"
	    " FROM %s(true) s WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database d"
	    " WHERE d.datname = pg_catalog.current_database()) AND s.query !~ 'pg_catalog\\.|pg_stat_statements'"
	    " GROUP BY 1 ORDER BY pg_catalog.sum(s.calls) DESC, 1",
	    function != NULL ? function : "");

	return function != NULL ? db_session_query(session, error, sql, NULL) : NULL;
}

static void
queries_append(const DbResult *statements, int row, GString *text, QueriesLeftOut *left_out)
{
	const char *query = db_result_value(statements, row, 0);
	const char *id = db_result_value(statements, row, 2);
	g_autofree char *clean = NULL;

	if (query == NULL || strcmp(query, "<insufficient privilege>") == 0 || id == NULL) {
		left_out->n_hidden++;
		return;
	}
	switch (query_normalise(query, &clean)) {
	case QUERY_NORMALISED_FINE:
		g_string_append_printf(text, "\n-- name: q%s\n-- calls: %s\n%s;\n", id,
		                       db_result_value(statements, row, 1), clean);
		break;
	case QUERY_NORMALISED_NO_QUERY:
		left_out->n_others++;
		break;
	case QUERY_NORMALISED_HAS_VALUES:
		left_out->n_values++;
		break;
	}
}

static char *
queries_write(DbSession *session, QueriesLeftOut *left_out, GError **error)
{
	g_autoptr(DbResult) statements = queries_read(session, error);

	if (statements == NULL)
		return NULL;
	GString *text = g_string_new(
	    "-- The queries that a database is asked, by pg_stat_statements, the most frequent "
	    "first; without values.\n");
	for (int i = 0; i < db_result_rows(statements); i++)
		queries_append(statements, i, text, left_out);
	return g_string_free(text, FALSE);
}

static void
queries_report(const QueriesLeftOut *left_out)
{
	if (left_out->n_hidden > 0)
		fprintf(stderr,
		        "pgassay: %u of other roles were left out, which this one may not see\n"
		        "hint: GRANT pg_read_all_stats TO it\n",
		        left_out->n_hidden);
	if (left_out->n_values > 0)
		fprintf(stderr, "pgassay: %u were left out, because a constant is left in their text\n",
		        left_out->n_values);
	if (left_out->n_others > 0)
		fprintf(stderr, "pgassay: %u were left out, which are no SELECT, INSERT, UPDATE, DELETE or MERGE\n",
		        left_out->n_others);
}

static char *
queries_export(const Options *options, const TargetReadingOptions *limits, QueriesLeftOut *left_out, GError **error)
{
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_conninfo(options->target, error);

	if (endpoint == NULL)
		return NULL;
	db_endpoint_set_connect_timeout(endpoint, (guint)options->limits.connect_timeout);
	g_autoptr(DbSession) session = target_reading_open(endpoint, limits, error);
	char *text = session != NULL ? queries_write(session, left_out, error) : NULL;
	if (session != NULL && text == NULL)
		target_reading_explain(session, error);
	return text;
}

static bool
queries_run(const Options *options, int n_arguments, char **arguments, GError **error)
{
	TargetReadingOptions limits = { 0 };
	QueriesLeftOut left_out = { 0 };

	if (n_arguments != 2 || strcmp(arguments[1], "export") != 0)
		return base_error_set(error, BASE_ERROR_USAGE, "write \"pgassay queries export --target URL\"",
		                      n_arguments < 2 ? "queries needs to know what to do"
		                                      : "queries can do nothing but \"export\"");
	if (options->target == NULL)
		return base_error_set(error, BASE_ERROR_USAGE, "--target URL says which database; it is only read",
		                      "the database is missing");
	if (!command_limits_check(&options->limits, &limits, error))
		return false;
	g_autofree char *text = queries_export(options, &limits, &left_out, error);
	if (text == NULL)
		return false;
	if (options->output == NULL)
		fputs(text, stdout);
	else if (!base_file_write(options->output, "file of queries", text, strlen(text), error))
		return false;
	queries_report(&left_out);
	return true;
}

CommandResult
command_queries(int n_arguments, char **arguments)
{
	Options options = { .limits = COMMAND_LIMITS_READING };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "target", 0, 0, G_OPTION_ARG_STRING, &options.target,
		  "the database, which is read in a read-only transaction", "URL" },
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
		  "write to this file (default: standard output)", "FILE" },
		COMMAND_LIMITS_OPTIONS(options.limits),
		{ NULL },
	};

	if (command_parse("queries", entries, &n_arguments, &arguments, &result) &&
	    !queries_run(&options, n_arguments, arguments, &error))
		result = command_error(error);
	g_free(options.target);
	g_free(options.output);
	return result;
}
