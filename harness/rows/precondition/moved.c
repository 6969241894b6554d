/* Rows that a migration moves into a new table, in the place of the old one. */
#include "catalog/identity.h"
#include "catalog/list.h"
#include "rows/precondition/precondition_private.h"

#include "rows/state/expression.h"

#include <stdlib.h>
#include <string.h>

/* The table of that name, and what it asks: the columns of a unique key with the name of its index; one column that
 * is NOT NULL; or one with the number of characters that it takes. */
static const char moved_sql[] =
    "SELECT c.oid, i.relname, (SELECT to_json(array_agg(a.attname ORDER BY u.o)) FROM unnest(x.indkey::int2[]) WITH "
    "ORDINALITY u(n, o) JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.n WHERE u.o <= "
    "x.indnkeyatts), NULL::pg_catalog.int4 "
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_index x ON x.indrelid = c.oid "
    "JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND c.relname = $1 AND n.nspname = $2 AND x.indisunique AND x.indpred IS NULL "
    "AND x.indexprs IS NULL "
    "UNION ALL "
    "SELECT c.oid, NULL, to_json(ARRAY[a.attname]), NULL::pg_catalog.int4 FROM pg_catalog.pg_class c "
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND c.relname = $1 AND n.nspname = $2 AND a.attnum > 0 AND a.attnotnull "
    "AND NOT a.attisdropped "
    "UNION ALL "
    "SELECT c.oid, NULL, to_json(ARRAY[a.attname]), a.atttypmod - 4 FROM pg_catalog.pg_class c "
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND c.relname = $1 AND n.nspname = $2 AND a.attnum > 0 AND a.atttypmod > 4 "
    "AND a.atttypid IN ('pg_catalog.varchar'::regtype, 'pg_catalog.bpchar'::regtype) AND NOT a.attisdropped "
    "ORDER BY 2";

enum { MOVED_TABLE, MOVED_INDEX, MOVED_COLUMNS, MOVED_MOST };

/* One call. */
typedef struct {
	const RowsMoved *moved;
	const RowsBeforeTable *source;
	GPtrArray *preconditions;
} MovedSearch;

/* The one table of that name; NULL: none or several. */
static const RowsBeforeTable *
moved_find_source(const RowsBefore *before, const RowsMoved *moved)
{
	const RowsBeforeTable *found = NULL;

	for (guint i = 0; i < before->sorted->len; i++) {
		const RowsBeforeTable *table = g_ptr_array_index(before->sorted, i);
		g_auto(GStrv) parts = catalog_identity_split(table->identity);
		if (parts == NULL || parts[0] == NULL || parts[1] == NULL || strcmp(parts[1], moved->source) != 0 ||
		    (moved->source_schema != NULL && strcmp(parts[0], moved->source_schema) != 0))
			continue;
		if (found != NULL)
			return NULL;
		found = table;
	}
	return found;
}

/* Whether the table has gone, or has another name. False with *error. */
static bool
moved_is_gone(DbSession *session, const RowsBeforeTable *table, bool *ret_gone, GError **error)
{
	g_auto(GStrv) parts = catalog_identity_split(table->identity);
	g_autoptr(DbResult)
	    now = db_session_query(session, error, "SELECT FROM pg_catalog.pg_class WHERE oid = $1 AND relname = $2",
	                           table->oid, parts[1], NULL);

	if (now == NULL)
		return false;
	*ret_gone = db_result_rows(now) == 0;
	return true;
}

static bool
moved_has_name(const GPtrArray *names, const char *name)
{
	for (guint i = 0; i < names->len; i++)
		if (g_strcmp0(g_ptr_array_index(names, i), name) == 0)
			return true;
	return false;
}

static bool
moved_copies_key(const MovedSearch *search, const char *numbers)
{
	g_auto(GStrv) list = g_strsplit(numbers, " ", -1);

	for (guint i = 0; list[i] != NULL; i++) {
		const RowsBeforeColumn *column = rows_before_column(search->source, atoi(list[i]));
		if (column == NULL || !moved_has_name(search->moved->names, column->name))
			return false;
	}
	return true;
}

/* Whether each row of the source is one of the target. */
static bool
moved_keeps_rows_apart(const MovedSearch *search)
{
	for (guint i = 0; i < search->source->keys->len; i++)
		if (moved_copies_key(search, g_ptr_array_index(search->source->keys, i)))
			return true;
	return false;
}

/* What goes into the column of the target; NULL: its default. */
static const char *
moved_value(const MovedSearch *search, const char *column)
{
	for (guint i = 0; i < search->moved->columns->len; i++)
		if (strcmp(g_ptr_array_index(search->moved->columns, i), column) == 0)
			return g_ptr_array_index(search->moved->values, i);
	return NULL;
}

static void
moved_add_not_null(const MovedSearch *search, const char *column)
{
	const char *value = moved_value(search, column);
	const char *condition = search->moved->condition;

	if (value == NULL)
		return;
	RowsPrecondition *precondition = rows_precondition_add(search->preconditions, ROWS_PRECONDITION_NOT_NULL,
	                                                       search->source);
	g_autofree char *hold = g_strdup_printf("(%s) IS NOT NULL", value);
	precondition->column = g_strdup(column);
	precondition->meaning = g_strdup_printf("%s is not NULL in any row of %s%s%s%s, which goes into \"%s\"", value,
	                                        search->source->identity, condition != NULL ? " (WHERE " : "",
	                                        condition != NULL ? condition : "", condition != NULL ? ")" : "",
	                                        search->moved->target);
	precondition->query = g_strdup_printf("SELECT * FROM %s WHERE %s%s%s(%s) IS NULL", search->source->quoted,
	                                      condition != NULL ? "(" : "", condition != NULL ? condition : "",
	                                      condition != NULL ? ") AND " : "", value);
	rows_precondition_hold_condition(precondition, search->source, hold, search->preconditions->len);
}

/* The same for all rows: that does not keep them apart. */
static bool
moved_is_constant(const char *value)
{
	static const char pattern[] = "^('([^']|'')*'|[-+]?[0-9.]+|null|true|false|now\\s*\\(\\)|current_timestamp)$";

	return g_regex_match_simple(pattern, value, G_REGEX_CASELESS | G_REGEX_RAW, 0);
}

/* The values of the key, with commas between; with the two texts around each. Empty: only
 * defaults and constants. The caller frees it. */
static char *
moved_key(const MovedSearch *search, char *const *columns, const char *before_each, const char *after_each)
{
	GString *key = g_string_new(NULL);

	for (guint i = 0; columns[i] != NULL; i++) {
		const char *value = moved_value(search, columns[i]);
		if (value != NULL && !moved_is_constant(value))
			g_string_append_printf(key, "%s%s%s%s", key->len > 0 ? ", " : "", before_each, value,
			                       after_each);
	}
	return g_string_free(key, FALSE);
}

static void
moved_add_unique(const MovedSearch *search, const char *index, char *const *columns)
{
	g_autofree char *key = moved_key(search, columns, "", "");
	g_autofree char *expressions = moved_key(search, columns, "(", ")");
	const char *condition = search->moved->condition;
	guint number = search->preconditions->len + 1;

	if (key[0] == '\0')
		return;
	RowsPrecondition *precondition = rows_precondition_add(search->preconditions, ROWS_PRECONDITION_UNIQUE,
	                                                       search->source);
	precondition->constraint = g_strdup(index);
	precondition->meaning = g_strdup_printf("no two rows of %s%s%s%s, which go into \"%s\", have the same (%s)",
	                                        search->source->identity, condition != NULL ? " (WHERE " : "",
	                                        condition != NULL ? condition : "", condition != NULL ? ")" : "",
	                                        search->moved->target, key);
	precondition->query = g_strdup_printf(
	    "SELECT %s, pg_catalog.count(*) FROM %s%s%s GROUP BY %s HAVING pg_catalog.count(*) > 1", expressions,
	    search->source->quoted, condition != NULL ? " WHERE " : "", condition != NULL ? condition : "",
	    expressions);
	precondition->hold = g_strdup_printf("CREATE UNIQUE INDEX pgassay_precondition_%u ON %s (%s)", number,
	                                     search->source->quoted, expressions);
	precondition->release = g_strdup_printf("DROP INDEX %s.pgassay_precondition_%u", search->source->schema,
	                                        number);
}

bool
rows_before_learn_moved(const RowsBefore *before, DbSession *session, const RowsMoved *moved, GPtrArray *preconditions,
                        GError **error)
{
	const MovedSearch search = { moved, moved_find_source(before, moved), preconditions };
	bool gone = false;

	if (search.source == NULL)
		return true;
	if (!moved_is_gone(session, search.source, &gone, error))
		return false;
	/* Without a schema, beside the old table. */
	g_auto(GStrv) parts = catalog_identity_split(search.source->identity);
	const char *schema = moved->target_schema != NULL ? moved->target_schema : parts[0];
	if (!gone)
		return rows_precondition_read_copied(before, session, moved, search.source, schema, preconditions,
		                                     error);
	/* Which of its rows come, the statement decides. */
	if (moved->merges)
		return true;
	g_autoptr(DbResult) asked = db_session_query(session, error, moved_sql, moved->target, schema, NULL);
	bool apart = moved_keeps_rows_apart(&search);
	for (int row = 0; asked != NULL && row < db_result_rows(asked); row++) {
		const char *index = db_result_value(asked, row, MOVED_INDEX);
		g_auto(GStrv) columns = catalog_list_parse(db_result_value(asked, row, MOVED_COLUMNS));
		if (g_hash_table_contains(before->tables, db_result_value(asked, row, MOVED_TABLE)))
			return true;
		const char *most = db_result_value(asked, row, MOVED_MOST);
		const char *value = moved_value(&search, columns[0]);
		if (most != NULL && value != NULL)
			rows_precondition_add_narrow(preconditions, search.source, value, (guint)atoi(most));
		else if (most == NULL && index == NULL)
			moved_add_not_null(&search, columns[0]);
		else if (index != NULL && apart)
			moved_add_unique(&search, index, columns);
	}
	return asked != NULL;
}
