#include "check/changes/chance.h"

#include "check/changes/changes_private.h"
#include "rows/state/queries.h"

#include <string.h>

bool
check_chance_suspects(const CheckUpdate *update)
{
	return update->from != NULL;
}

/* --- One assignment ------------------------------------------------------------ */

/* For each row the values that it may get. One row: how many rows; whether all may get the same ones; how many of
 * them may get different ones; the largest number of rows that fit one; three values; the table. The columns of the
 * target table win where the list of FROM has the name, too, as they do in the UPDATE. */
static char *
chance_make_sql(const CheckUpdate *update, const char *expression)
{
	return g_strdup_printf(
	    "WITH m AS MATERIALIZED (SELECT %s.tableoid || ' ' || %s.ctid AS r, %s.tableoid AS t, (%s)::text AS v"
	    " FROM %s, %s%s%s), "
	    "g AS (SELECT m.r, min(m.t) AS t, count(*) AS n, count(DISTINCT m.v) AS d,"
	    " pg_catalog.md5(coalesce(string_agg(m.v, ' ' ORDER BY m.v), '')) AS a FROM m GROUP BY m.r) "
	    "SELECT count(*), count(DISTINCT g.a) = 1, count(*) FILTER (WHERE g.d > 1), max(g.n),"
	    " (SELECT string_agg(pg_catalog.left(x.v, 40), '\n    ') FROM (SELECT DISTINCT m.v FROM m WHERE m.v IS NOT "
	    "NULL ORDER BY 1 LIMIT 3) x),"
	    " (SELECT pg_catalog.quote_ident(s.nspname) || '.' || pg_catalog.quote_ident(c.relname) FROM "
	    "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace WHERE c.oid = min(g.t))"
	    " FROM g",
	    update->alias, update->alias, update->alias, expression, update->target, update->from,
	    update->where != NULL ? " WHERE " : "", update->where != NULL ? update->where : "");
}

enum { CHANCE_ROWS, CHANCE_ALIKE, CHANCE_DIFFER, CHANCE_FITTING, CHANCE_VALUES, CHANCE_TABLE };

static void
chance_note(GPtrArray *changes, const MigrationStatement *statement, const char *column, const DbResult *found)
{
	gint64 n_rows = g_ascii_strtoll(db_result_value(found, 0, CHANCE_ROWS), NULL, 10);
	gint64 n_differ = g_ascii_strtoll(db_result_value(found, 0, CHANCE_DIFFER), NULL, 10);
	bool alike = db_result_value(found, 0, CHANCE_ALIKE)[0] == 't';
	const char *table = db_result_value(found, 0, CHANCE_TABLE);

	if (n_differ == 0 || table == NULL)
		return;
	bool all = alike && n_rows > 1;
	CheckChange *change = check_change_new(changes, all ? CHECK_CHANGE_BY_CHANCE : CHECK_CHANGE_BY_CHANCE_IN_PART,
	                                       table, column, NULL);
	change->statement = statement;
	if (all)
		change->text = g_strdup_printf(
		    "no condition ties a row of table \"%s\" to its own rows of the others: for column \"%s\" each of "
		    "%" G_GINT64_FORMAT " rows finds the same %s rows, and all get the value of any one of them",
		    table, column, n_rows, db_result_value(found, 0, CHANCE_FITTING));
	else
		change->text = g_strdup_printf(
		    "for column \"%s\" of table \"%s\" %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
		    " rows find several rows with different values: PostgreSQL takes any of them",
		    column, table, n_differ, n_rows);
	change->examples = g_strdup_printf("values that it may take:\n    %s",
	                                   db_result_value(found, 0, CHANCE_VALUES));
	change->hint = "say in WHERE which row belongs to which (WHERE b.id = a.b_id)";
}

bool
check_chance_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement, GPtrArray *changes,
                 GError **error)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		g_autofree char *sql = chance_make_sql(update, update->expressions[i]);
		g_auto(RowsRefusal) refusal = { 0 };
		g_autoptr(DbResult) found = NULL;
		if (!rows_try(session, sql, &found, &refusal, error))
			return false;
		if (found != NULL && db_result_rows(found) == 1)
			chance_note(changes, statement, update->columns[i], found);
	}
	return true;
}
