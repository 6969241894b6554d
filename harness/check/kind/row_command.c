#include "check/kind/row_command.h"

#include "check/kind/statement.h"

#define EXAMPLES         3
#define EXAMPLE_VALUE    60   /* characters of a value that are shown */
#define EXAMPLE_ROW      160  /* bytes of a row after which no column is begun */
#define EXAMPLE_ROWS_MAX 1000 /* rows that are reached, among which missed ones are looked for */

void
check_row_outcome_clear(CheckRowOutcome *outcome)
{
	g_free(outcome->sqlstate);
	g_free(outcome->server_text);
	*outcome = (CheckRowOutcome){ 0 };
}

/* `columns` are returned by the command; NULL: none. */
static char *
command_sql(const CheckRows *rows, CheckRowCommandKind kind, const char *columns)
{
	g_autofree char *returning = columns != NULL ? g_strconcat(" RETURNING ", columns, NULL) : g_strdup("");

	switch (kind) {
	case CHECK_ROWS_UPDATED:
		return g_strdup_printf("UPDATE %s SET %s%s%s", rows->table, rows->change, rows->condition, returning);
	case CHECK_ROWS_DELETED:
		return g_strdup_printf("DELETE FROM %s%s%s", rows->table, rows->condition, returning);
	case CHECK_ROWS_SEEN:
	default:
		/* Without columns: a role may have the privilege on some of them only. */
		return g_strdup_printf("SELECT %s FROM %s%s", columns != NULL ? columns : "", rows->table,
		                       rows->condition);
	}
}

char *
check_row_command(const CheckRows *rows, CheckRowCommandKind kind)
{
	return command_sql(rows, kind, NULL);
}

bool
check_row_command_run(const CheckRows *rows, const char *sql, CheckRowOutcome *ret_outcome, GError **error)
{
	g_autofree char *text = g_strconcat(rows->become, "\n", sql, NULL);
	CheckStatementOutcome outcome = CHECK_STATEMENT_DONE;
	CheckRowOutcome found = { 0 };

	if (!check_statement_try(rows->context, text, &outcome, &found.rows, error))
		return false;
	if (outcome == CHECK_STATEMENT_REFUSED) {
		const DbDiagnostic *diagnostic = db_session_diagnostic(rows->context->session);
		found.refused = true;
		found.sqlstate = g_strdup(diagnostic->sqlstate);
		found.server_text = check_statement_describe(diagnostic);
	}
	*ret_outcome = found;
	return check_statement_undo(rows->context, error);
}

/* --- Examples ------------------------------------------------------------ */

/* Rows where the server gives them; *ret_result is NULL where it refuses. */
static bool
row_command_ask(const CheckRows *rows, const char *sql, DbResult **ret_result, GError **error)
{
	g_autoptr(GError) cause = NULL;

	*ret_result = NULL;
	if (db_session_execute_rows(rows->context->session, sql, ret_result, &cause) ||
	    check_statement_refused(rows->context))
		return true;
	g_propagate_error(error, g_steal_pointer(&cause));
	return false;
}

static char *
reached_sql(const CheckRows *rows, CheckRowCommandKind kind, const char *columns, const char *tail)
{
	g_autofree char *sql = command_sql(rows, kind, columns);

	return g_strconcat(rows->become, "\n", sql, kind == CHECK_ROWS_SEEN ? tail : "", NULL);
}

/* The query for the rows that are not among the reached ones, seen by whom the session belongs to. */
static char *
missed_sql(const CheckRows *rows, const DbResult *reached)
{
	g_autoptr(GString) sql = g_string_new("RESET ROLE;\n");

	g_string_append_printf(sql, "SELECT * FROM %s%s", rows->table, rows->condition);
	for (int i = 0; i < db_result_rows(reached); i++)
		g_string_append_printf(sql, "%s(%s::pg_catalog.oid, '%s'::pg_catalog.tid)",
		                       i > 0                        ? ", "
		                       : rows->condition[0] != '\0' ? " AND (tableoid, ctid) NOT IN ("
		                                                    : " WHERE (tableoid, ctid) NOT IN (",
		                       db_result_value(reached, i, 0), db_result_value(reached, i, 1));
	g_string_append_printf(sql, "%s LIMIT %d", db_result_rows(reached) > 0 ? ")" : "", EXAMPLES);
	return g_string_free(g_steal_pointer(&sql), FALSE);
}

static bool
find_missed(const CheckRows *rows, CheckRowCommandKind kind, DbResult **ret_found, GError **error)
{
	/* A row that was updated stands elsewhere, and RETURNING says where. */
	g_autofree char *sql = reached_sql(rows, kind, "tableoid, ctid", " LIMIT " G_STRINGIFY(EXAMPLE_ROWS_MAX));
	g_autoptr(DbResult) reached = NULL;

	*ret_found = NULL;
	if (!row_command_ask(rows, sql, &reached, error))
		return false;
	if (reached == NULL || db_result_rows(reached) >= EXAMPLE_ROWS_MAX)
		return true;
	g_autofree char *missed = missed_sql(rows, reached);
	return row_command_ask(rows, missed, ret_found, error);
}

static void
row_command_append_value(GString *text, const char *value)
{
	glong length = value != NULL ? g_utf8_strlen(value, -1) : 0;

	if (value == NULL) {
		g_string_append(text, "null");
		return;
	}
	gsize start = text->len;
	g_string_append_len(text, value, g_utf8_offset_to_pointer(value, MIN(length, EXAMPLE_VALUE)) - value);
	for (gsize i = start; i < text->len; i++)
		if (text->str[i] == '\n' || text->str[i] == '\r' || text->str[i] == '\t')
			text->str[i] = ' ';
	if (length > EXAMPLE_VALUE)
		g_string_append(text, "...");
}

static char *
row_command_describe(const DbResult *found)
{
	GString *text = g_string_new(NULL);

	for (int i = 0; found != NULL && i < MIN(db_result_rows(found), EXAMPLES); i++) {
		gsize start = text->len;
		for (int j = 0; j < db_result_columns(found); j++) {
			if (text->len - start > EXAMPLE_ROW) {
				g_string_append(text, ", ...");
				break;
			}
			g_string_append_printf(text, "%s%s: ", j > 0 ? ", " : "\n    ",
			                       db_result_column_name(found, j));
			row_command_append_value(text, db_result_value(found, i, j));
		}
	}
	return g_string_free(text, FALSE);
}

bool
check_row_examples(const CheckRows *rows, CheckRowCommandKind kind, bool missed, char **ret_text, GError **error)
{
	g_autofree char *sql = reached_sql(rows, kind, "*", " LIMIT " G_STRINGIFY(EXAMPLES));
	g_autoptr(DbResult) found = NULL;

	if (!check_statement_mark(rows->context, error) ||
	    !(missed ? find_missed(rows, kind, &found, error) : row_command_ask(rows, sql, &found, error)) ||
	    !check_statement_undo(rows->context, error))
		return false;
	*ret_text = row_command_describe(found);
	return true;
}
