/* The rows of the table as a statement leaves them, as a SELECT. */
#include "checklist/change/change_private.h"
#include "rows/state/expression.h"

#include <string.h>

/* The new value, as the column takes it. NULL: its default. The caller frees it. */
static char *
rows_value(const Change *change, const ChangeColumn *column)
{
	const char *value = g_ptr_array_index(change->change->values, (guint)column->set);

	return value != NULL ? g_strdup_printf("(%s)::%s", value, column->type) : NULL;
}

char *
checklist_change_new_values(const Change *change, const char *named, bool rows)
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
		g_autofree char *value = rows_value(change, column);
		if (value == NULL)
			return NULL;
		g_string_append_printf(sql, "%s%s AS pgassay_%d", rows || n++ > 0 ? ", " : "", value, column->set);
	}
	g_string_append_printf(sql, " FROM %s%s", from, where);
	return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* What the text names, or, for generated columns, all. */
static bool
rows_need(const Change *change, const char *named, const ChangeColumn *column, bool *ret_generated)
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

/* Adds the column to the outer SELECT, where it is needed. The column, where the inner one has to give it; else NULL.
 */
static const ChangeColumn *
rows_take(const Change *change, const char *named, guint i, GString *outer)
{
	const ChangeColumn *column = g_ptr_array_index(change->columns, i);
	bool generated = false;

	if (!rows_need(change, named, column, &generated))
		return NULL;
	if (column->generated != NULL) {
		g_string_append_printf(outer, ", %s AS %s", column->generated, column->quoted);
		return NULL;
	}
	g_string_append_printf(outer, ", n.%s", column->quoted);
	return column;
}

/* Each row with its new values, where it has some. NULL: one of them is a default. */
static char *
rows_after_update(const Change *change, const char *named)
{
	g_autoptr(GString) all = g_string_new(named);
	g_autoptr(GString) inner = g_string_new(
	    "SELECT u.pgassay_at IS NOT NULL AS pgassay_changed, o.tableoid AS pgassay_of, o.ctid AS pgassay_at");
	g_autoptr(GString) outer = g_string_new("SELECT n.pgassay_changed, n.pgassay_of, n.pgassay_at");

	for (guint i = 0; i < change->columns->len; i++) {
		const ChangeColumn *column = rows_take(change, named, i, outer);
		if (column == NULL)
			continue;
		g_string_append_printf(all, " %s", column->quoted);
		if (column->set < 0)
			g_string_append_printf(inner, ", o.%s", column->quoted);
		else
			g_string_append_printf(inner,
			                       ", CASE WHEN u.pgassay_at IS NULL THEN o.%s ELSE u.pgassay_%d END AS %s",
			                       column->quoted, column->set, column->quoted);
	}
	g_autofree char *values = checklist_change_new_values(change, all->str, true);
	return values == NULL
	           ? NULL
	           : g_strdup_printf("%s FROM (%s FROM %s%s o LEFT JOIN (%s) u ON u.pgassay_at = o.ctid AND "
	                             "u.pgassay_of = o.tableoid) n",
	                             outer->str, inner->str, change->plain ? "ONLY " : "", change->table, values);
}

char *
checklist_change_list_names(const Change *change)
{
	GString *names = g_string_new(NULL);
	int n = 0;

	for (guint i = 0; i < change->columns->len; i++)
		n = MAX(n, ((const ChangeColumn *)g_ptr_array_index(change->columns, i))->set + 1);
	for (int i = 0; i < n; i++)
		g_string_append_printf(names, "%spgassay_%d", i > 0 ? ", " : "", i);
	return g_string_free(names, FALSE);
}

/* The same of an INSERT. A column that it does not list has its default. */
static char *
rows_after_insert(const Change *change, const char *named)
{
	g_autoptr(GString)
	    old = g_string_new("SELECT false AS pgassay_changed, o.tableoid AS pgassay_of, o.ctid AS pgassay_at");
	g_autoptr(GString) new = g_string_new("SELECT true, NULL::oid, NULL::tid");
	g_autoptr(GString) outer = g_string_new("SELECT n.pgassay_changed, n.pgassay_of, n.pgassay_at");
	g_autofree char *names = checklist_change_list_names(change);

	for (guint i = 0; i < change->columns->len; i++) {
		const ChangeColumn *column = rows_take(change, named, i, outer);
		if (column == NULL)
			continue;
		g_string_append_printf(old, ", o.%s", column->quoted);
		if (column->set >= 0)
			g_string_append_printf(new, ", (q.pgassay_%d)::%s", column->set, column->type);
		else
			g_string_append_printf(new, ", (%s)::%s", column->usual != NULL ? column->usual : "NULL",
			                       column->type);
	}
	return g_strdup_printf("%s FROM (%s FROM %s%s o UNION ALL %s FROM (%s) q(%s)) n", outer->str, old->str,
	                       change->plain ? "ONLY " : "", change->table, new->str, change->change->query, names);
}

char *
checklist_change_rows_then(const Change *change, const char *named)
{
	return change->change->kind == MIGRATION_CHANGE_INSERT ? rows_after_insert(change, named)
	                                                       : rows_after_update(change, named);
}

bool
checklist_change_concerns(const Change *change, const char *text)
{
	for (guint i = 0; i < change->columns->len; i++) {
		const ChangeColumn *column = g_ptr_array_index(change->columns, i);
		bool generated = false;
		if (column->set >= 0 && rows_need(change, text, column, &generated))
			return true;
	}
	return false;
}
