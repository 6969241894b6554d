/* DELETE: rows of others point to those that go, or go with them. */
#include "checklist/change/change_private.h"
#include "rows/state/expression.h"

#include <string.h>

/* So many tables may rows go along. */
#define DELETE_DEPTH 6

/* Foreign keys to the table: the table, its OID, its columns, how both are joined (with %1$s and %2$s for what they are
 * called), and whether the rows go as well ("c"), stay without pointing ("n"), or have to go first ("r"; "a": or at the
 * same time). */
static const char pointed_sql[] = "SELECT " CHANGE_TABLE_NAME(
    "k.conrelid") ", k.conrelid, string_agg(pg_catalog.quote_ident(c.attname), ', ' ORDER BY u.o), "
		  "string_agg($2 || '.' || pg_catalog.quote_ident(c.attname) || ' = ' || $3 || '.' || "
		  "pg_catalog.quote_ident(f.attname), ' AND ' ORDER BY u.o), CASE WHEN k.confdeltype IN ('n', 'd') AND "
		  "bool_or(c.attnotnull) THEN 'r' ELSE k.confdeltype::text END FROM pg_catalog.pg_constraint k, "
		  "unnest(k.conkey, "
		  "k.confkey) WITH ORDINALITY u(c, p, o), pg_catalog.pg_attribute c, pg_catalog.pg_attribute f WHERE "
		  "k.contype = 'f' "
		  "AND k.confrelid = $1::oid AND k.conparentid = 0 AND c.attrelid = k.conrelid AND c.attnum = u.c AND "
		  "f.attrelid = "
		  "k.confrelid AND f.attnum = u.p GROUP BY k.oid, k.conrelid, k.conname, k.confdeltype "
		  "ORDER BY 1, k.conname";

/* Rows that go. */
typedef struct {
	const char *oid; /* of their table */
	const char *table;
	const char *from;
	const char *alias; /* of the table there, quoted */
	const char *where; /* a condition */
	guint depth;
} Gone;

static bool delete_follow(Change *change, const Gone *gone, GError **error);

static bool
delete_ask(Change *change, const Gone *gone, const DbResult *rows, int row, const char *alias, GError **error)
{
	const char *table = db_result_value(rows, row, 0);
	const char *columns = db_result_value(rows, row, 2);
	bool self = strcmp(db_result_value(rows, row, 1), gone->oid) == 0;
	g_autofree char *too = self && db_result_value(rows, row, 4)[0] == 'a'
	                           ? g_strdup_printf(
					 " AND NOT EXISTS (SELECT 1 FROM %s WHERE (%s) AND %s.ctid = %s.ctid)",
					 gone->from, gone->where, gone->alias, alias)
	                           : g_strdup("");
	g_autofree char *query = g_strdup_printf("SELECT %s FROM %s %s WHERE EXISTS (SELECT 1 FROM %s WHERE (%s) AND "
	                                         "%s)%s",
	                                         columns, table, alias, gone->from, gone->where,
	                                         db_result_value(rows, row, 3), too);

	return checklist_change_ask(
	    change,
	    g_strdup_printf("no row of %s points with (%s) to a row of %s that a DELETE%s removes", table, columns,
	                    gone->table, gone->depth > 1 ? " of others" : ""),
	    query, CHANGE_ANSWER_ROWS, error);
}

/* The rows that point there go as well: the same of them. */
static bool
delete_cascade(Change *change, const Gone *gone, const DbResult *rows, int row, const char *alias, GError **error)
{
	const char *table = db_result_value(rows, row, 0);
	g_autofree char *from = g_strdup_printf("%s %s", table, alias);
	g_autofree char *where = g_strdup_printf("EXISTS (SELECT 1 FROM %s WHERE (%s) AND %s)", gone->from, gone->where,
	                                         db_result_value(rows, row, 3));
	const Gone next = { db_result_value(rows, row, 1), table, from, alias, where, gone->depth + 1 };

	if (strcmp(next.oid, gone->oid) == 0)
		return true;
	return delete_follow(change, &next, error);
}

static bool
delete_follow(Change *change, const Gone *gone, GError **error)
{
	g_autofree char *alias = g_strdup_printf("pgassay_%u", gone->depth);
	g_autoptr(DbResult)
	    rows = db_session_query(change->session, error, pointed_sql, gone->oid, alias, gone->alias, NULL);

	for (int row = 0; rows != NULL && gone->depth <= DELETE_DEPTH && row < db_result_rows(rows); row++) {
		char action = db_result_value(rows, row, 4)[0];
		if ((action == 'a' || action == 'r') && !delete_ask(change, gone, rows, row, alias, error))
			return false;
		if (action == 'c' && !delete_cascade(change, gone, rows, row, alias, error))
			return false;
	}
	return rows != NULL;
}

bool
checklist_change_delete(Change *change, GError **error)
{
	g_autofree char *from = checklist_change_from(change->change);
	g_autofree char *alias = rows_identifier(change->change->alias);
	const char *where = change->change->condition != NULL ? change->change->condition : "true";
	const Gone gone = { change->oid, change->table, from, alias, where, 1 };

	return delete_follow(change, &gone, error);
}
