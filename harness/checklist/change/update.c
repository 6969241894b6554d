/* UPDATE: what it calculates, and what the rows are then. */
#include "checklist/change/change_private.h"
#include "rows/state/expression.h"

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

/* Foreign keys to the table that do not follow a key that changes: the table, its columns, those that it points to, and
 * how both are joined, as c and as m. */
static const char pointed_sql[] = "SELECT " CHANGE_TABLE_NAME(
    "k.conrelid") ", string_agg(pg_catalog.quote_ident(c.attname), ', ' ORDER BY u.o), "
		  "string_agg(pg_catalog.quote_ident(f.attname), ', ' ORDER BY u.o), string_agg('c.' || "
		  "pg_catalog.quote_ident(c.attname) || ' = m.' || pg_catalog.quote_ident(f.attname), ' AND ' ORDER BY "
		  "u.o), "
		  "string_agg('c.' || pg_catalog.quote_ident(c.attname), ', ' ORDER BY u.o) FROM "
		  "pg_catalog.pg_constraint k, unnest(k.conkey, k.confkey) WITH ORDINALITY u(c, p, o), "
		  "pg_catalog.pg_attribute c, "
		  "pg_catalog.pg_attribute f WHERE k.contype = 'f' AND k.confrelid = $1::oid AND k.conparentid = 0 AND "
		  "k.confupdtype "
		  "IN ('a', 'r') AND c.attrelid = k.conrelid AND c.attnum = u.c AND f.attrelid = k.confrelid AND "
		  "f.attnum = u.p "
		  "GROUP BY k.oid, k.conrelid, k.conname ORDER BY 1, k.conname";

/* --- The rows ------------------------------------------------------------------------------- */

/* The new value, as the column takes it. NULL: its default. The caller frees it. */
static char *
update_value(const Change *change, const ChangeColumn *column)
{
	const char *value = g_ptr_array_index(change->change->values, (guint)column->set);

	return value != NULL ? g_strdup_printf("(%s)::%s", value, column->type) : NULL;
}

/* A SELECT of the new values of the columns that the text names, pgassay_N, of each row that is changed; with
 * `rows`, once of each, and with its place. NULL: one of them is a default. The caller frees it. */
static char *
update_new_values(const Change *change, const char *named, bool rows)
{
	const char *alias = change->change->alias;
	g_autofree char *quoted = rows_identifier(alias);
	g_autofree char *from = checklist_change_from(change->change);
	g_autofree char *where = checklist_change_where(change->change);
	g_autoptr(GString) sql = g_string_new("SELECT ");

	if (rows && change->change->from != NULL)
		g_string_append_printf(sql, "DISTINCT ON (%s.tableoid, %s.ctid) ", quoted, quoted);
	if (rows)
		g_string_append_printf(sql, "%s.tableoid AS pgassay_of, %s.ctid AS pgassay_at", quoted, quoted);
	for (guint i = 0, n = 0; i < change->columns->len; i++) {
		const ChangeColumn *column = g_ptr_array_index(change->columns, i);
		if (column->set < 0 || (named != NULL && !rows_expression_mentions(named, column->name)))
			continue;
		g_autofree char *value = update_value(change, column);
		if (value == NULL)
			return NULL;
		g_string_append_printf(sql, "%s%s AS pgassay_%d", rows || n++ > 0 ? ", " : "", value, column->set);
	}
	g_string_append_printf(sql, " FROM %s%s", from, where);
	return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* What the text names, or, for generated columns, all. */
static bool
update_needs(const Change *change, const char *named, const ChangeColumn *column, bool *ret_generated)
{
	bool generated = false;

	for (guint i = 0; i < change->columns->len; i++) {
		const ChangeColumn *other = g_ptr_array_index(change->columns, i);
		if (other->generated != NULL && rows_expression_mentions(named, other->name) &&
		    (column == other || rows_expression_mentions(other->generated, column->name)))
			generated = true;
	}
	*ret_generated = generated;
	return generated || rows_expression_mentions(named, column->name);
}

/* A SELECT of the table's rows as they are then, with the columns that the text names, and pgassay_changed. NULL: one
 * of them becomes a default. The caller frees it. */
static char *
update_rows_then(const Change *change, const char *named)
{
	g_autoptr(GString) all = g_string_new(named);
	g_autoptr(GString) inner = g_string_new(
	    "SELECT u.pgassay_at IS NOT NULL AS pgassay_changed, o.tableoid AS pgassay_of, o.ctid AS pgassay_at");
	g_autoptr(GString) outer = g_string_new("SELECT n.pgassay_changed, n.pgassay_of, n.pgassay_at");

	for (guint i = 0; i < change->columns->len; i++) {
		const ChangeColumn *column = g_ptr_array_index(change->columns, i);
		bool generated = false;
		if (!update_needs(change, named, column, &generated))
			continue;
		if (column->generated != NULL) {
			g_string_append_printf(outer, ", %s AS %s", column->generated, column->quoted);
			continue;
		}
		g_string_append_printf(all, " %s", column->quoted);
		g_string_append_printf(outer, ", n.%s", column->quoted);
		if (column->set < 0)
			g_string_append_printf(inner, ", o.%s", column->quoted);
		else
			g_string_append_printf(inner,
			                       ", CASE WHEN u.pgassay_at IS NULL THEN o.%s ELSE u.pgassay_%d END AS %s",
			                       column->quoted, column->set, column->quoted);
	}
	g_autofree char *values = update_new_values(change, all->str, true);
	return values == NULL
	           ? NULL
	           : g_strdup_printf("%s FROM (%s FROM %s%s o LEFT JOIN (%s) u ON u.pgassay_at = o.ctid AND "
	                             "u.pgassay_of = o.tableoid) n",
	                             outer->str, inner->str, change->plain ? "ONLY " : "", change->table, values);
}

/* Whether a column that is set is named there, or one that is generated from it. */
static bool
update_concerns(const Change *change, const char *text)
{
	for (guint i = 0; i < change->columns->len; i++) {
		const ChangeColumn *column = g_ptr_array_index(change->columns, i);
		bool generated = false;
		if (column->set >= 0 && update_needs(change, text, column, &generated))
			return true;
	}
	return false;
}

/* --- What it calculates ----------------------------------------------------------------------- */

static bool
update_ask_calculated(Change *change, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);
	g_autoptr(GString) named = g_string_new(NULL);
	g_autoptr(GString) counts = g_string_new(NULL);
	const MigrationChange *it = change->change;
	bool safe = it->condition == NULL || migration_change_is_safe(it->condition);

	for (guint i = 0; i < change->columns->len; i++) {
		const ChangeColumn *column = g_ptr_array_index(change->columns, i);
		const char *value = column->set >= 0 ? g_ptr_array_index(it->values, (guint)column->set) : NULL;
		if (value == NULL)
			continue;
		g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", column->name);
		g_string_append_printf(named, " %s", column->quoted);
		g_string_append_printf(counts, "%spg_catalog.count(u.pgassay_%d)", counts->len > 0 ? " + " : "",
		                       column->set);
		safe = safe && migration_change_is_safe(value);
	}
	if (safe || names->len == 0)
		return true;
	g_autofree char *values = update_new_values(change, named->str, false);
	g_autofree char *query = g_strdup_printf("SELECT pg_catalog.count(*) AS n FROM (%s) u HAVING %s < 0", values,
	                                         counts->str);
	return checklist_change_ask(change,
	                            g_strdup_printf("what an UPDATE puts into %s (%s) can be calculated for each row",
	                                            change->table, names->str),
	                            query, CHANGE_ANSWER_REFUSAL, error);
}

static bool
update_is_constant(const char *value)
{
	return g_regex_match_simple("^('([^']|'')*'|[-+]?[0-9.]+|true|false|now\\s*\\(\\)|current_timestamp)$", value,
	                            G_REGEX_CASELESS | G_REGEX_RAW, 0);
}

/* NULL where there may be none, and texts that are too long. */
static bool
update_ask_columns(Change *change, GError **error)
{
	for (guint i = 0; i < change->columns->len; i++) {
		const ChangeColumn *column = g_ptr_array_index(change->columns, i);
		const char *value = column->set >= 0 ? g_ptr_array_index(change->change->values, (guint)column->set)
		                                     : NULL;
		if (value == NULL || update_is_constant(value))
			continue;
		g_autofree char *values = update_new_values(change, column->quoted, false);
		g_autofree char *null = g_strdup_printf("SELECT * FROM (%s) u WHERE u.pgassay_%d IS NULL", values,
		                                        column->set);
		g_autofree char *large = g_strdup_printf(
		    "SELECT * FROM (%s) u WHERE pg_catalog.length(pg_catalog.rtrim((u.pgassay_%d)::text)) > %d", values,
		    column->set, column->length);
		if (column->not_null &&
		    !checklist_change_ask(
			change,
			g_strdup_printf("no row of %s gets NULL in \"%s\" from an UPDATE", change->table, column->name),
			null, CHANGE_ANSWER_ROWS, error))
			return false;
		if (column->length > 0 &&
		    !checklist_change_ask(
			change,
			g_strdup_printf("no row of %s gets more than %d characters in \"%s\" from an UPDATE",
		                        change->table, column->length, column->name),
			large, CHANGE_ANSWER_ROWS, error))
			return false;
	}
	return true;
}

/* --- What the rows are then -------------------------------------------------------------------- */

enum { KEY_NAME, KEY_COLUMNS, KEY_COMPARED, KEY_CONDITION, KEY_AT_ONCE, KEY_PARTS, KEY_JOIN };

/* All rows that are set get the same values: none of them gets the key that another one has had. */
static bool
update_sets_constants(const Change *change)
{
	for (guint i = 0; i < change->change->values->len; i++) {
		const char *value = g_ptr_array_index(change->change->values, i);
		if (value == NULL || !update_is_constant(value))
			return false;
	}
	return true;
}

/* The server looks at each row as it writes it: a row with the new key may be there still, and get another one later
 * ("position = position + 1"). */
static bool
update_ask_order(Change *change, const DbResult *keys, int row, const char *then, const char *where, GError **error)
{
	const char *key = db_result_value(keys, row, KEY_COLUMNS);
	const char *parts = db_result_value(keys, row, KEY_PARTS);

	if (change->within != NULL || update_sets_constants(change) ||
	    db_result_value(keys, row, KEY_AT_ONCE)[0] == 'f')
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
update_ask_key(Change *change, const DbResult *keys, int row, GError **error)
{
	const char *key = db_result_value(keys, row, KEY_COLUMNS);
	const char *condition = db_result_value(keys, row, KEY_CONDITION);
	g_autofree char *named = g_strconcat(key, " ", condition, NULL);

	if (!update_concerns(change, named))
		return true;
	g_autofree char *then = update_rows_then(change, named);
	g_autofree char *where = g_strdup_printf("%s%s%s%s", db_result_value(keys, row, KEY_COMPARED),
	                                         condition != NULL ? " AND (" : "", condition != NULL ? condition : "",
	                                         condition != NULL ? ")" : "");
	g_autofree char *query = then == NULL ? NULL
	                                      : g_strdup_printf(
						    "SELECT %s, pg_catalog.count(*) AS n FROM (%s) m WHERE %s GROUP BY "
						    "%s HAVING pg_catalog.count(*) > 1",
						    key, then, where, key);
	return checklist_change_ask(
		   change, g_strdup_printf("no two rows of %s have the same (%s) after an UPDATE", change->table, key),
		   query, CHANGE_ANSWER_ROWS, error) &&
	       (then == NULL || update_ask_order(change, keys, row, then, where, error));
}

static bool
update_ask_check(Change *change, const DbResult *checks, int row, GError **error)
{
	const char *condition = db_result_value(checks, row, 1);

	if (!update_concerns(change, condition))
		return true;
	g_autofree char *then = update_rows_then(change, condition);
	g_autofree char *query = then == NULL
	                             ? NULL
	                             : g_strdup_printf("SELECT * FROM (%s) m WHERE pgassay_changed AND NOT (%s)", then,
	                                               condition);
	return checklist_change_ask(change,
	                            g_strdup_printf("each row of %s has %s after an UPDATE", change->table, condition),
	                            query, CHANGE_ANSWER_ROWS, error);
}

static bool
update_ask_points(Change *change, const DbResult *points, int row, GError **error)
{
	const char *columns = db_result_value(points, row, 1);

	if (!update_concerns(change, columns))
		return true;
	g_autofree char *then = update_rows_then(change, columns);
	g_autofree char *query = then == NULL
	                             ? NULL
	                             : g_strdup_printf("SELECT * FROM (%s) m WHERE m.pgassay_changed AND %s AND "
	                                               "NOT EXISTS (SELECT 1 FROM %s p WHERE %s)",
	                                               then, db_result_value(points, row, 3),
	                                               db_result_value(points, row, 0),
	                                               db_result_value(points, row, 2));
	return checklist_change_ask(change,
	                            g_strdup_printf("%s has a row for each (%s) that an UPDATE puts into %s",
	                                            db_result_value(points, row, 0), columns, change->table),
	                            query, CHANGE_ANSWER_ROWS, error);
}

static bool
update_ask_pointed(Change *change, const DbResult *pointed, int row, GError **error)
{
	const char *keys = db_result_value(pointed, row, 2);
	const char *join = db_result_value(pointed, row, 3);

	if (!update_concerns(change, keys))
		return true;
	g_autofree char *then = update_rows_then(change, keys);
	g_autofree char *query = then == NULL
	                             ? NULL
	                             : g_strdup_printf("SELECT %s FROM %s c WHERE EXISTS (SELECT 1 FROM %s m WHERE "
	                                               "%s) AND NOT EXISTS (SELECT 1 FROM (%s) m WHERE %s)",
	                                               db_result_value(pointed, row, 4),
	                                               db_result_value(pointed, row, 0), change->table, join, then,
	                                               join);
	return checklist_change_ask(
	    change,
	    g_strdup_printf("no row of %s points with (%s) to a row of %s whose (%s) an UPDATE changes",
	                    db_result_value(pointed, row, 0), db_result_value(pointed, row, 1), change->table, keys),
	    query, CHANGE_ANSWER_ROWS, error);
}

bool
checklist_change_update(Change *change, GError **error)
{
	static const struct {
		const char *sql;
		bool (*ask)(Change *change, const DbResult *rows, int row, GError **error);
		bool within; /* a function, too: generated rows do not show it */
	} all[] = {
		{ keys_sql, update_ask_key, true },
		{ checks_sql, update_ask_check, false },
		{ points_sql, update_ask_points, false },
		{ pointed_sql, update_ask_pointed, true },
	};

	if (!update_ask_calculated(change, error) || (change->within == NULL && !update_ask_columns(change, error)))
		return false;
	for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
		if (change->within != NULL && !all[i].within)
			continue;
		g_autoptr(DbResult) rows = db_session_query(change->session, error, all[i].sql, change->oid, NULL);
		for (int row = 0; rows != NULL && row < db_result_rows(rows); row++)
			if (!all[i].ask(change, rows, row, error))
				return false;
		if (rows == NULL)
			return false;
	}
	return true;
}
