/* INSERT: what it makes of rows that there are. A scratch database has tried all others. */
#include "checklist/change/change_private.h"
#include "rows/state/queries.h"

#include <string.h>

/* VALUES with NULL where a default stands, which only an INSERT understands. The caller frees it. */
static char *
insert_without_defaults(const char *values)
{
	g_auto(MigrationReader) reader = { 0 };
	GString *text = g_string_new(NULL);
	gsize written = 0;

	migration_reader_begin(&reader, values);
	for (guint i = 0; i < reader.tokens->len; i++) {
		const MigrationToken *token = migration_reader_token(&reader, i);
		if (!migration_reader_is_word(&reader, i, "DEFAULT"))
			continue;
		g_string_append_len(text, values + written, (gssize)(token->start - written));
		g_string_append(text, "NULL");
		written = token->end;
	}
	g_string_append(text, values + written);
	return g_string_free(text, FALSE);
}

static bool
insert_ask_column(Change *change, const ChangeColumn *column, GError **error)
{
	g_autofree char *then = checklist_change_rows_then(change, column->quoted);
	g_autofree char *null = g_strdup_printf("SELECT * FROM (%s) m WHERE m.pgassay_changed AND m.%s IS NULL", then,
	                                        column->quoted);
	g_autofree char *large = g_strdup_printf(
	    "SELECT * FROM (%s) m WHERE m.pgassay_changed AND pg_catalog.length(pg_catalog.rtrim((m.%s)::text)) > %d",
	    then, column->quoted, column->length);

	return (!column->not_null ||
	        checklist_change_ask(
		    change,
		    g_strdup_printf("no row of %s gets NULL in \"%s\" from an INSERT", change->table, column->name),
		    null, CHANGE_ANSWER_ROWS, error)) &&
	       (column->length == 0 ||
	        checklist_change_ask(
		    change,
		    g_strdup_printf("no row of %s gets more than %d characters in \"%s\" from an INSERT", change->table,
	                            column->length, column->name),
		    large, CHANGE_ANSWER_ROWS, error));
}

/* Without a list, as many columns as there are values are set. */
static bool
insert_count_columns(Change *change, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT * FROM (%s) q LIMIT 0", change->change->query);
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) rows = NULL;

	if (!rows_try(change->session, sql, &rows, &refusal, error))
		return false;
	for (guint i = 0; rows != NULL && i < change->columns->len; i++) {
		ChangeColumn *column = g_ptr_array_index(change->columns, i);
		if (column->set >= db_result_columns(rows))
			column->set = -1;
	}
	return true;
}

static bool
insert_ask_rows(Change *change, GError **error)
{
	if (change->change->columns->len == 0 && !insert_count_columns(change, error))
		return false;
	for (guint i = 0; i < change->columns->len; i++) {
		const ChangeColumn *column = g_ptr_array_index(change->columns, i);
		if (column->set >= 0 && !insert_ask_column(change, column, error))
			return false;
	}
	return checklist_change_ask_constraints(change, error);
}

bool
checklist_change_insert(Change *change, GError **error)
{
	const char *query = change->change->query;

	if (query == NULL || !g_regex_match_simple("\\bselect\\b", query, G_REGEX_CASELESS | G_REGEX_RAW, 0))
		return true;
	bool values = g_ascii_strncasecmp(query, "VALUES", strlen("VALUES")) == 0;
	g_autofree char *plain = values ? insert_without_defaults(query) : g_strdup(query);
	g_autofree char *counted = g_strdup_printf("SELECT pg_catalog.count(q.*) AS n FROM (%s) q HAVING "
	                                           "pg_catalog.count(q.*) < 0",
	                                           plain);
	return checklist_change_ask(change,
	                            g_strdup_printf("what an INSERT puts into %s can be calculated", change->table),
	                            counted, CHANGE_ANSWER_REFUSAL, error) &&
	       (values || insert_ask_rows(change, error));
}
