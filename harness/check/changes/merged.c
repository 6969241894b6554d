#include "check/changes/merged.h"

#include "check/changes/changes_private.h"
#include "check/workspace/place.h"
#include "rows/state/queries.h"

#include <string.h>

/* Whether an earlier expression of the statement names the column, so that it has been asked with all of them. */
static bool
merged_is_asked(const CheckUpdate *update, guint i, const char *column)
{
	for (guint j = 0; j < i; j++)
		if (check_place_has_word(update->expressions[j], column))
			return true;
	return false;
}

/* All that the statement makes of the column. The caller frees it. */
static char *
merged_join(const CheckUpdate *update, guint first, const char *column)
{
	GString *joined = g_string_new(update->expressions[first]);
	guint n = 1;

	for (guint i = first + 1; update->columns[i] != NULL; i++) {
		if (!check_place_has_word(update->expressions[i], column))
			continue;
		g_string_append_printf(joined, ", %s", update->expressions[i]);
		n++;
	}
	if (n > 1)
		g_string_prepend(g_string_append_c(joined, ')'), "ROW(");
	return g_string_free(joined, FALSE);
}

/* The column whose labels are nowhere but in the value of the expression then; NULL: there is none. The caller frees
 * it. */
static char *
merged_find_column(const CheckUpdate *update, guint i)
{
	g_autofree char *column = NULL;

	if (update->type != NULL)
		return check_place_has_word(update->expressions[i], update->columns[i]) ? g_strdup(update->columns[i])
		                                                                        : NULL;
	column = check_update_find_dropped(update, update->expressions[i]);
	/* Where another statement reads it, too, nothing is known here of its labels. */
	if (column == NULL || merged_is_asked(update, i, column) ||
	    check_update_count_readers(update->script, column, update->table) > 1)
		return NULL;
	return g_steal_pointer(&column);
}

/* A column as it is, or with a cast, keeps all of them apart. */
static bool
merged_may_merge(const char *expression)
{
	return check_place_has_word(expression, "CASE") || strpbrk(expression, "=<>") != NULL ||
	       check_place_has_word(expression, "IN");
}

bool
check_merged_suspects(const CheckUpdate *update)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		g_autofree char *column = merged_may_merge(update->expressions[i]) ? merged_find_column(update, i)
		                                                                   : NULL;
		if (column != NULL)
			return true;
	}
	return false;
}

char *
check_merged_read_closed(DbSession *session, GError **error)
{
	return db_session_query_value(session, error,
	                              "SELECT coalesce(pg_catalog.array_agg(k.conrelid::text || ' ' || a.attname), "
	                              "'{}') FROM pg_catalog.pg_constraint "
	                              "k JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = "
	                              "k.conkey[1] WHERE k.contype = 'c' AND "
	                              "k.convalidated AND pg_catalog.cardinality(k.conkey) = 1 AND "
	                              "pg_catalog.pg_get_constraintdef(k.oid) ~ '= ANY "
	                              "\\(.*ARRAY\\['",
	                              NULL);
}

enum { MERGED_TABLE, MERGED_LABELS, MERGED_VALUE, MERGED_IS_ENUM };

/* A row for each value that several labels get, one of which the expression does not name. A label that gets several
 * values depends on something else, too. */
static char *
merged_make_sql(DbSession *session, const CheckUpdate *update, const char *column, const char *expression)
{
	g_autofree char *quoted = db_session_quote_identifier(session, column);
	g_autofree char *text = db_session_quote_literal(session, expression);
	g_autofree char *name = db_session_quote_literal(session, column);
	g_autofree char *closed = db_session_quote_literal(session, update->closed != NULL ? update->closed : "{}");

	return g_strdup_printf(
	    "SELECT (SELECT pg_catalog.quote_ident(s.nspname) || '.' || pg_catalog.quote_ident(c.relname) FROM "
	    "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace WHERE c.oid = min(y.t)), "
	    "pg_catalog.string_agg('\"' || y.l || '\"', ', ' ORDER BY y.l), y.e, bool_and(y.enum) FROM (SELECT "
	    "min(x.t) AS "
	    "t, x.l, min(x.e) AS e, bool_and(x.enum) AS enum FROM (SELECT z.*, EXISTS (SELECT FROM "
	    "pg_catalog.pg_attribute a JOIN pg_catalog.pg_type p ON p.oid = a.atttypid WHERE a.attrelid = z.t AND "
	    "a.attname = %s AND p.typtype = 'e') AS enum FROM (SELECT %s.tableoid AS t, %s.%s::text AS l, (%s)::text "
	    "AS "
	    "e FROM %s%s%s%s%s) z) x WHERE x.l IS NOT NULL AND (x.enum OR x.t::text || ' ' || %s = ANY (%s::text[])) "
	    "GROUP BY x.l HAVING count(DISTINCT x.e) = 1) y WHERE y.e IS NOT NULL GROUP BY y.e HAVING count(*) > 1 AND "
	    "bool_or(pg_catalog.strpos(%s, pg_catalog.quote_literal(y.l)) = 0) ORDER BY y.e",
	    name, update->alias, update->alias, quoted, expression, update->target, update->from != NULL ? ", " : "",
	    update->from != NULL ? update->from : "", update->where != NULL ? " WHERE " : "",
	    update->where != NULL ? update->where : "", name, closed, text);
}

static void
merged_note(GPtrArray *changes, const MigrationStatement *statement, const char *column, const DbResult *found, int row)
{
	const char *table = db_result_value(found, row, MERGED_TABLE);

	if (table == NULL)
		return;
	bool enumerated = db_result_value(found, row, MERGED_IS_ENUM)[0] == 't';
	CheckChange *change = check_change_new(changes, CHECK_CHANGE_VALUES_LOST, table, column, NULL);
	change->statement = statement;
	change->text = g_strdup_printf("%s %s of column \"%s\" of table \"%s\" all become \"%s\", and the statement "
	                               "does not name each of them",
	                               enumerated ? "labels" : "values", db_result_value(found, row, MERGED_LABELS),
	                               column, table, db_result_value(found, row, MERGED_VALUE));
	change->hint =
	    enumerated
		? "name each label that may go (CASE ... WHEN 'label' THEN ..., or IN ('label', ...)), so that none is "
		  "forgotten; keep the others apart"
		: "name each value that may go (CASE ... WHEN 'value' THEN ..., or IN ('value', ...)), so that none is "
		  "forgotten; keep the others apart";
}

bool
check_merged_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement, GPtrArray *changes,
                 GError **error)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		g_autofree char *column = merged_find_column(update, i);
		g_autofree char *joined = column != NULL ? merged_join(update, i, column) : NULL;
		g_auto(RowsRefusal) refusal = { 0 };
		g_autoptr(DbResult) found = NULL;
		if (joined == NULL || !merged_may_merge(joined))
			continue;
		g_autofree char *sql = merged_make_sql(session, update, column, joined);
		if (!rows_try(session, sql, &found, &refusal, error))
			return false;
		for (int row = 0; found != NULL && row < db_result_rows(found); row++)
			merged_note(changes, statement, column, found, row);
	}
	return true;
}
