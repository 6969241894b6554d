/* UPDATE: what it calculates, and the keys to which others point. */
#include "checklist/change/change_private.h"
#include "rows/state/expression.h"

#include <string.h>

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
	g_autofree char *values = checklist_change_new_values(change, named->str, false);
	g_autofree char *query = g_strdup_printf("SELECT pg_catalog.count(*) AS n FROM (%s) u HAVING %s < 0", values,
	                                         counts->str);
	return checklist_change_ask(change,
	                            g_strdup_printf("what an UPDATE puts into %s (%s) can be calculated for each row",
	                                            change->table, names->str),
	                            query, CHANGE_ANSWER_REFUSAL, error);
}

bool
checklist_change_is_constant(const char *value)
{
	return g_regex_match_simple("^('([^']|'')*'|[-+]?[0-9.]+|true|false|now\\s*\\(\\)|current_timestamp)$", value,
	                            G_REGEX_CASELESS | G_REGEX_RAW, 0);
}

bool
checklist_change_sets_constants(const Change *change)
{
	for (guint i = 0; i < change->change->values->len; i++) {
		const char *value = g_ptr_array_index(change->change->values, i);
		if (value == NULL || !checklist_change_is_constant(value))
			return false;
	}
	return true;
}

char *
checklist_change_constant(const Change *change, const ChangeColumn *column)
{
	const char *value = g_ptr_array_index(change->change->values, (guint)column->set);
	g_autofree char *small = g_utf8_casefold(value, -1);

	return g_strdup_printf("%s.%s = %s", change->table, column->quoted, g_strdelimit(small, "'", ' '));
}

/* NULL where there may be none, and texts that are too long. */
static bool
update_ask_columns(Change *change, GError **error)
{
	for (guint i = 0; i < change->columns->len; i++) {
		const ChangeColumn *column = g_ptr_array_index(change->columns, i);
		const char *value = column->set >= 0 ? g_ptr_array_index(change->change->values, (guint)column->set)
		                                     : NULL;
		if (value == NULL || checklist_change_is_constant(value))
			continue;
		g_autofree char *values = checklist_change_new_values(change, column->quoted, false);
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

static bool
update_ask_pointed(Change *change, const DbResult *pointed, int row, GError **error)
{
	const char *keys = db_result_value(pointed, row, 2);
	const char *join = db_result_value(pointed, row, 3);

	if (!checklist_change_concerns(change, keys))
		return true;
	g_autofree char *then = checklist_change_rows_then(change, keys);
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
	g_autoptr(DbResult) pointed = NULL;

	if (!update_ask_calculated(change, error) || (change->within == NULL && !update_ask_columns(change, error)) ||
	    !checklist_change_ask_constraints(change, error))
		return false;
	pointed = db_session_query(change->session, error, pointed_sql, change->oid, NULL);
	for (int row = 0; pointed != NULL && row < db_result_rows(pointed); row++)
		if (!update_ask_pointed(change, pointed, row, error))
			return false;
	return pointed != NULL;
}
