/* What the constraints of a table say about its rows after a statement. */
#include "checklist/change/change_private.h"

#include <string.h>

/* Unique indexes: the name, the key, which keys are compared, the condition, whether each row is looked at as it is
 * written, the parts of the key by name, and how two keys are compared. */
static const char keys_sql[] =
    "SELECT c.relname, string_agg(k.key, ', ' ORDER BY k.n), CASE WHEN coalesce((pg_catalog.to_jsonb(i) ->> "
    "'indnullsnotdistinct')::bool, false) THEN 'true' ELSE string_agg('(' || k.key || ') IS NOT NULL', ' AND ' ORDER "
    "BY k.n) END, pg_catalog.pg_get_expr(i.indpred, i.indrelid), i.indimmediate, string_agg(k.key || ' AS pgassay_k' "
    "|| k.n, ', ' ORDER BY k.n), string_agg('a.pgassay_k' || k.n || ' = b.pgassay_k' || k.n, ' AND ' ORDER BY k.n) "
    "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c "
    "ON c.oid = i.indexrelid, LATERAL (SELECT n, pg_catalog.pg_get_indexdef(i.indexrelid, n, true) AS key FROM "
    "pg_catalog.generate_series(1, i.indnkeyatts) n) k WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid "
    "GROUP BY i.*, i.indexrelid, i.indpred, i.indrelid, i.indimmediate, c.relname ORDER BY c.relname";

/* Checks of the table, by name, and their conditions. */
static const char checks_sql[] =
    "SELECT k.conname, pg_catalog.pg_get_expr(k.conbin, k.conrelid) FROM pg_catalog.pg_constraint k WHERE k.conrelid = "
    "$1::oid AND k.contype = 'c' ORDER BY k.conname";

/* Foreign keys of the table: the columns, and how they are joined, as m, with the other table, as p. */
static const char points_sql[] = "SELECT " CHANGE_TABLE_NAME(
    "k.confrelid") ", string_agg(pg_catalog.quote_ident(c.attname), ', ' ORDER BY u.o), string_agg('p.' "
		   "|| pg_catalog.quote_ident(f.attname) || ' = m.' || pg_catalog.quote_ident(c.attname), ' AND ' "
		   "ORDER BY u.o), "
		   "string_agg('m.' || pg_catalog.quote_ident(c.attname) || ' IS NOT NULL', ' AND ' ORDER BY u.o) FROM "
		   "pg_catalog.pg_constraint k, unnest(k.conkey, k.confkey) WITH ORDINALITY u(c, p, o), "
		   "pg_catalog.pg_attribute c, "
		   "pg_catalog.pg_attribute f WHERE k.contype = 'f' AND k.conrelid = $1::oid AND k.confrelid <> "
		   "k.conrelid AND "
		   "c.attrelid = k.conrelid AND c.attnum = u.c AND f.attrelid = k.confrelid AND f.attnum = u.p GROUP "
		   "BY k.oid, "
		   "k.confrelid, k.conname ORDER BY k.conname";

enum { KEY_NAME, KEY_COLUMNS, KEY_COMPARED, KEY_CONDITION, KEY_AT_ONCE, KEY_PARTS, KEY_JOIN };

/* The server looks at each row as it writes it: a row with the new key may be there still, and get another one later
 * ("position = position + 1"). */
static bool
constraint_ask_order(Change *change, const DbResult *keys, int row, const char *then, const char *where, GError **error)
{
	const char *key = db_result_value(keys, row, KEY_COLUMNS);
	const char *parts = db_result_value(keys, row, KEY_PARTS);

	if (change->within != NULL || change->change->kind == MIGRATION_CHANGE_INSERT ||
	    checklist_change_sets_constants(change) || db_result_value(keys, row, KEY_AT_ONCE)[0] == 'f')
		return true;
	g_autofree char *query = g_strdup_printf(
	    "SELECT a.* FROM (SELECT m.pgassay_of, m.pgassay_at, %s FROM (%s) m WHERE m.pgassay_changed AND %s) a JOIN "
	    "(SELECT tableoid AS pgassay_of, ctid AS pgassay_at, %s FROM %s%s WHERE %s) b ON %s WHERE a.pgassay_at <> "
	    "b.pgassay_at OR a.pgassay_of <> b.pgassay_of",
	    parts, then, where, parts, change->plain ? "ONLY " : "", change->table, where,
	    db_result_value(keys, row, KEY_JOIN));
	return checklist_change_ask(
	    change,
	    g_strdup_printf("no row of %s gets the (%s) from an UPDATE that another one has before it", change->table,
	                    key),
	    query, CHANGE_ANSWER_UNSURE, error);
}

static bool
constraint_ask_key(Change *change, const DbResult *keys, int row, GError **error)
{
	const char *key = db_result_value(keys, row, KEY_COLUMNS);
	const char *condition = db_result_value(keys, row, KEY_CONDITION);
	g_autofree char *named = g_strconcat(key, " ", condition, NULL);

	if (change->change->conflict || !checklist_change_concerns(change, named))
		return true;
	change->calculates = strchr(named, '(') != NULL;
	g_autofree char *then = checklist_change_rows_then(change, named);
	g_autofree char *where = g_strdup_printf("%s%s%s%s", db_result_value(keys, row, KEY_COMPARED),
	                                         condition != NULL ? " AND (" : "", condition != NULL ? condition : "",
	                                         condition != NULL ? ")" : "");
	g_autofree char *query = then == NULL ? NULL
	                                      : g_strdup_printf(
						    "SELECT %s, pg_catalog.count(*) AS n FROM (%s) m WHERE %s GROUP BY "
						    "%s HAVING pg_catalog.count(*) > 1",
						    key, then, where, key);
	return checklist_change_ask(change,
	                            g_strdup_printf("no two rows of %s have the same (%s) after %s", change->table, key,
	                                            checklist_change_name(change)),
	                            query, CHANGE_ANSWER_ROWS, error) &&
	       (then == NULL || constraint_ask_order(change, keys, row, then, where, error));
}

static bool
constraint_ask_check(Change *change, const DbResult *checks, int row, GError **error)
{
	const char *condition = db_result_value(checks, row, 1);

	if (!checklist_change_concerns(change, condition))
		return true;
	g_autofree char *then = checklist_change_rows_then(change, condition);
	g_autofree char *query = then == NULL
	                             ? NULL
	                             : g_strdup_printf("SELECT * FROM (%s) m WHERE pgassay_changed AND NOT (%s)", then,
	                                               condition);
	return checklist_change_ask(
	    change,
	    g_strdup_printf("each row of %s has %s after %s", change->table, condition, checklist_change_name(change)),
	    query, CHANGE_ANSWER_ROWS, error);
}

static bool
constraint_ask_points(Change *change, const DbResult *points, int row, GError **error)
{
	const char *columns = db_result_value(points, row, 1);

	if (!checklist_change_concerns(change, columns))
		return true;
	g_autofree char *then = checklist_change_rows_then(change, columns);
	g_autofree char *query = then == NULL
	                             ? NULL
	                             : g_strdup_printf("SELECT * FROM (%s) m WHERE m.pgassay_changed AND %s AND "
	                                               "NOT EXISTS (SELECT 1 FROM %s p WHERE %s)",
	                                               then, db_result_value(points, row, 3),
	                                               db_result_value(points, row, 0),
	                                               db_result_value(points, row, 2));
	return checklist_change_ask(change,
	                            g_strdup_printf("%s has a row for each (%s) that %s puts into %s",
	                                            db_result_value(points, row, 0), columns,
	                                            checklist_change_name(change), change->table),
	                            query, CHANGE_ANSWER_ROWS, error);
}

bool
checklist_change_ask_constraints(Change *change, GError **error)
{
	static const struct {
		const char *sql;
		bool (*ask)(Change *change, const DbResult *rows, int row, GError **error);
		bool within; /* a function, too: generated rows do not show it */
	} all[] = {
		{ keys_sql, constraint_ask_key, true },
		{ checks_sql, constraint_ask_check, false },
		{ points_sql, constraint_ask_points, false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
		if (change->within != NULL && !all[i].within)
			continue;
		g_autoptr(DbResult) rows = db_session_query(change->session, error, all[i].sql, change->oid, NULL);
		for (int row = 0; rows != NULL && row < db_result_rows(rows); row++) {
			bool done = all[i].ask(change, rows, row, error);
			change->calculates = false;
			if (!done)
				return false;
		}
		if (rows == NULL)
			return false;
	}
	return true;
}
