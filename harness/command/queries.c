/* pgassay queries export: the statements that a database is asked, as a file of queries. */
#include "command/command.h"
#include "command/side/export.h"

#include "base/error.h"
#include "query/normalised.h"

#include <stdio.h>
#include <string.h>

typedef struct {
	guint n_others; /* utility statements */
	guint n_values; /* with constants */
	guint n_hidden; /* of others, which the role may not see */
} QueriesLeftOut;

/* The extension's function, in any schema, and only if it belongs to the extension, because a call runs its code.
 * The view cannot be read in a session that must not run foreign code. NULL with *error if it is missing. */
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
queries_write(DbSession *session, void *data, GError **error)
{
	QueriesLeftOut *left_out = data;
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

CommandResult
command_queries(int n_arguments, char **arguments)
{
	CommandExportOptions options = { .limits = COMMAND_LIMITS_READING };
	QueriesLeftOut left_out = { 0 };
	const CommandExport export = {
		.command = "queries", .what = "file of queries", .make = queries_write, .data = &left_out
	};
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		COMMAND_EXPORT_OPTIONS(options),
		{ NULL },
	};

	if (command_parse("queries", entries, &n_arguments, &arguments, &result)) {
		if (command_export_run(&export, &options, n_arguments, arguments, &error))
			queries_report(&left_out);
		else
			result = command_error(error);
	}
	command_export_options_clear(&options);
	return result;
}
