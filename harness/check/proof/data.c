#include "check/proof/data.h"

#include "base/error.h"
#include "catalog/identity.h"
#include "check/proof/script.h"
#include "migration/text/script.h"

#include <string.h>

static bool
load_sql(CheckWorkspace *workspace, Source *source, GError **error)
{
	g_autoptr(MigrationScript) script = migration_script_new(source, migration_source_text(source), error);
	g_auto(MigrationOutcome) outcome = { 0 };

	if (script == NULL || !check_script_run(workspace->session, script, &outcome, error))
		return false;
	if (!outcome.failed)
		return true;
	return base_error_set(error, BASE_ERROR_INPUT, NULL, "%s\n%s", outcome.message, outcome.details);
}

/* The fields of the header line, each quoted as an identifier, joined by commas; NULL when the line is no header. */
static char *
header_columns(DbSession *session, const char *line, gsize length)
{
	g_autoptr(GString) columns = g_string_new(NULL);
	g_autoptr(GString) field = g_string_new(NULL);
	bool quoted = false;

	for (gsize i = 0; i <= length; i++) {
		bool end = i == length || (line[i] == ',' && !quoted);
		if (end) {
			if (field->len == 0 || (i == length && quoted))
				return NULL;
			g_autofree char *identifier = db_session_quote_identifier(session, field->str);
			g_string_append_printf(columns, "%s%s", columns->len > 0 ? ", " : "", identifier);
			g_string_truncate(field, 0);
		} else if (line[i] != '"') {
			g_string_append_c(field, line[i]);
		} else if (quoted && i + 1 < length && line[i + 1] == '"') {
			g_string_append_c(field, line[i++]);
		} else {
			quoted = !quoted;
		}
	}
	return g_string_free(g_steal_pointer(&columns), FALSE);
}

static char *
quote_table(DbSession *session, const SuiteData *data, GError **error)
{
	g_auto(GStrv) parts = catalog_identity_split(data->table);

	if (parts == NULL || g_strv_length(parts) != 2) {
		suite_node_error(data->node, error, "write schema.table: file.csv",
		                 "\"%s\" is not the name of a table with its schema", data->table);
		return NULL;
	}
	g_autofree char *schema = db_session_quote_identifier(session, parts[0]);
	g_autofree char *table = db_session_quote_identifier(session, parts[1]);
	return g_strdup_printf("%s.%s", schema, table);
}

static bool
load_csv(CheckWorkspace *workspace, const SuiteData *data, Source *source, GError **error)
{
	const char *text = base_source_text(source);
	gsize header = strcspn(text, "\r\n");
	g_autofree char *table = quote_table(workspace->session, data, error);
	g_autoptr(GError) cause = NULL;

	if (table == NULL)
		return false;
	g_autofree char *columns = header_columns(workspace->session, text, header);
	if (columns == NULL)
		return base_error_set(error, BASE_ERROR_INPUT, "the first line names the columns: id,email,name",
		                      "%s:1: the file has no header line", data->path);
	g_autofree char *sql = g_strdup_printf("COPY %s (%s) FROM STDIN WITH (FORMAT csv, HEADER true)", table,
	                                       columns);
	if (db_session_copy_in(workspace->session, sql, text, base_source_length(source), &cause))
		return true;
	const DbDiagnostic *diagnostic = db_session_diagnostic(workspace->session);
	if (diagnostic == NULL) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	return base_error_set(error, BASE_ERROR_INPUT, NULL, "%s: %s%s%s", data->path, diagnostic->message,
	                      diagnostic->context != NULL ? "\n" : "",
	                      diagnostic->context != NULL ? diagnostic->context : "");
}

bool
check_data_load(CheckWorkspace *workspace, const SuiteData *data, GError **error)
{
	g_autoptr(Source) source = migration_source_load(data->path, error);

	if (source == NULL)
		return false;
	return data->table != NULL ? load_csv(workspace, data, source, error) : load_sql(workspace, source, error);
}
