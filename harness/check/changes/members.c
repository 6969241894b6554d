#include "check/changes/members.h"

#include "check/changes/changes_private.h"
#include "rows/state/queries.h"

#include <string.h>

/* "t.settings - 'phone'", also with a cast of the column. */
static const char members_pattern[] =
    "^[\\s(]*(?:\"?\\w+\"?\\s*\\.\\s*)?\"?(?<column>\\w+)\"?(?:\\s*::\\s*jsonb)?[\\s)]*-\\s*'(?<name>\\w+)'";

/* The name of the member that the expression takes away from the column itself; NULL: none. The caller frees it. */
static char *
members_find(const char *column, const char *expression)
{
	g_autoptr(GRegex) regex = g_regex_new(members_pattern, G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (!g_regex_match(regex, expression, 0, &match))
		return NULL;
	g_autofree char *of = g_match_info_fetch_named(match, "column");
	return g_ascii_strcasecmp(of, column) == 0 ? g_match_info_fetch_named(match, "name") : NULL;
}

/* "phoneNumber": phone_number. The caller frees it. */
static char *
members_column_name(const char *name)
{
	GString *column = g_string_new(NULL);

	for (const char *c = name; *c != '\0'; c++) {
		if (g_ascii_isupper(*c) && c > name && g_ascii_islower(c[-1]))
			g_string_append_c(column, '_');
		g_string_append_c(column, g_ascii_tolower(*c));
	}
	return g_string_free(column, FALSE);
}

bool
check_members_suspects(const CheckUpdate *update)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		g_autofree char *name = members_find(update->columns[i], update->expressions[i]);
		if (name != NULL)
			return true;
	}
	return false;
}

/* --- Asking ------------------------------------------------------------------- */

enum { MEMBERS_ROWS, MEMBERS_LOST, MEMBERS_TABLE, MEMBERS_EXAMPLES };

/* One row: how many rows, in how many of them the member has a value and the column `into` has none, the table, three
 * of these values. */
static char *
members_make_sql(DbSession *session, const CheckUpdate *update, const char *column, const char *name, const char *into)
{
	g_autofree char *quoted = db_session_quote_identifier(session, column);
	g_autofree char *other = db_session_quote_identifier(session, into);
	g_autofree char *key = db_session_quote_literal(session, name);

	return g_strdup_printf(
	    "SELECT count(*), count(*) FILTER (WHERE x.lost), (SELECT pg_catalog.quote_ident(s.nspname) || '.' || "
	    "pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = "
	    "c.relnamespace WHERE c.oid = min(x.t)), pg_catalog.array_to_string((array_agg(DISTINCT '\"' || "
	    "pg_catalog.left(x.v, 60) || '\"') FILTER (WHERE x.lost))[1:3], E'\\n    ') FROM (SELECT %s.tableoid AS t, "
	    "(%s.%s)::jsonb ->> %s AS v, (%s.%s)::jsonb ->> %s IS NOT NULL AND %s.%s IS NULL AS lost FROM "
	    "%s%s%s%s%s) x",
	    update->alias, update->alias, quoted, key, update->alias, quoted, key, update->alias, other, update->target,
	    update->from != NULL ? ", " : "", update->from != NULL ? update->from : "",
	    update->where != NULL ? " WHERE " : "", update->where != NULL ? update->where : "");
}

static void
members_note(GPtrArray *changes, const MigrationStatement *statement, const char *column, const char *name,
             const char *into, const DbResult *found)
{
	gint64 n_lost = g_ascii_strtoll(db_result_value(found, 0, MEMBERS_LOST), NULL, 10);
	const char *table = db_result_value(found, 0, MEMBERS_TABLE);

	if (n_lost == 0 || table == NULL)
		return;
	CheckChange *change = check_change_new(changes, CHECK_CHANGE_VALUES_LOST, table, column, into);
	change->statement = statement;
	change->text = g_strdup_printf("\"%s\" is taken out of the JSON in column \"%s\" of table \"%s\" in "
	                               "%" G_GINT64_FORMAT " of %s rows, and column \"%s\" has no value there",
	                               name, column, table, n_lost, db_result_value(found, 0, MEMBERS_ROWS), into);
	change->examples = g_strdup_printf("values that are nowhere now:\n    %s",
	                                   db_result_value(found, 0, MEMBERS_EXAMPLES));
	change
	    ->hint = "write the value into the column first, or in the same UPDATE (SET phone = data ->> 'phone', data "
		     "= data - 'phone')";
}

bool
check_members_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement,
                  GPtrArray *changes, GError **error)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		g_autofree char *name = members_find(update->columns[i], update->expressions[i]);
		g_auto(RowsRefusal) refusal = { 0 };
		g_autoptr(DbResult) found = NULL;
		if (name == NULL)
			continue;
		g_autofree char *into = members_column_name(name);
		if (g_strv_contains((const char *const *)update->columns, into))
			continue;
		g_autofree char *sql = members_make_sql(session, update, update->columns[i], name, into);
		/* Without a column of the name the server refuses it, and the member goes as it is meant to. */
		if (!rows_try(session, sql, &found, &refusal, error))
			return false;
		if (found != NULL && db_result_rows(found) == 1)
			members_note(changes, statement, update->columns[i], name, into, found);
	}
	return true;
}
