/* Rows of earlier migrations on which a migration counts: on the target they may be gone. */
#include "rows/precondition/precondition_private.h"
#include "rows/state/expression.h"
#include "rows/state/queries.h"

#include <stdlib.h>
#include <string.h>

/* Rows of one key that are looked at. */
#define KEPT_POINTED_MAX "500"

void
rows_kept_free(RowsKept *kept)
{
	if (kept == NULL)
		return;
	g_free(kept->quoted);
	g_free(kept->place);
	g_free(kept->meaning);
	g_free(kept->query);
	g_free(kept);
}

/* --- Rows that are there ------------------------------------------------------------------- */

static bool
kept_is_generated(const RowsBeforeColumn *column)
{
	return column->identity || (column->default_sql != NULL && (strstr(column->default_sql, "nextval(") != NULL ||
	                                                            strstr(column->default_sql, "uuid") != NULL));
}

/* The columns of the key "1 2", appended; false when a value of them is another one on each server. */
static bool
kept_take_key(const RowsBeforeTable *table, const char *numbers, GPtrArray *columns)
{
	g_auto(GStrv) list = g_strsplit(numbers, " ", -1);
	bool same = true;

	for (guint i = 0; list[i] != NULL; i++) {
		const RowsBeforeColumn *column = rows_before_column(table, atoi(list[i]));
		if (column == NULL)
			return false;
		same = same && !kept_is_generated(column);
		if (!g_ptr_array_find(columns, column, NULL))
			g_ptr_array_add(columns, (gpointer)column);
	}
	return same;
}

/* The columns by which people know a row: those of all keys that are the same on each server, or else of all keys; of
 * RowsBeforeColumn *, borrowed. The caller unrefs it. */
static GPtrArray *
kept_key(const RowsBeforeTable *table)
{
	GPtrArray *columns = g_ptr_array_new();
	g_autoptr(GPtrArray) all = g_ptr_array_new();

	for (guint i = 0; i < table->keys->len; i++) {
		g_autoptr(GPtrArray) one = g_ptr_array_new();
		const char *numbers = g_ptr_array_index(table->keys, i);
		kept_take_key(table, numbers, all);
		if (kept_take_key(table, numbers, one))
			kept_take_key(table, numbers, columns);
	}
	if (columns->len > 0)
		return columns;
	g_ptr_array_unref(columns);
	return g_steal_pointer(&all);
}

/* A query for the place of each row, and the values of its key as literals. The caller frees it. */
static char *
kept_rows_sql(const RowsBeforeTable *table, const GPtrArray *columns, guint max)
{
	GString *sql = g_string_new("SELECT ctid::text");

	for (guint i = 0; i < columns->len; i++)
		g_string_append_printf(sql, ", pg_catalog.quote_literal(%s::text)",
		                       ((const RowsBeforeColumn *)g_ptr_array_index(columns, i))->quoted);
	g_string_append_printf(sql, " FROM %s ORDER BY ctid LIMIT %u", table->quoted, max + 1);
	return g_string_free(sql, FALSE);
}

static void
kept_append(GString *list, const char *between, const char *text)
{
	g_string_append_printf(list, "%s%s", list->len > 0 ? between : "", text);
}

/* What is NULL may have got a value since. */
static void
kept_set_key(RowsKept *kept, const RowsBeforeTable *table, const GPtrArray *columns, const DbResult *rows, int row)
{
	g_autoptr(GString) names = g_string_new(NULL);
	g_autoptr(GString) values = g_string_new(NULL);
	g_autoptr(GString) condition = g_string_new(NULL);

	for (guint i = 0; i < columns->len; i++) {
		const RowsBeforeColumn *column = g_ptr_array_index(columns, i);
		const char *value = db_result_value(rows, row, (int)i + 1);
		if (value == NULL)
			continue;
		g_autofree char *one = g_strdup_printf("t.%s = %s::%s", column->quoted, value, column->type_name);
		kept_append(names, ", ", column->name);
		kept_append(values, ", ", value);
		kept_append(condition, " AND ", one);
	}
	if (names->len == 0) {
		kept->meaning = g_strdup_printf("%s has the rows that earlier migrations put there", table->identity);
		return;
	}
	kept->meaning = g_strdup_printf("%s has the row of an earlier migration with (%s) = (%s)", table->identity,
	                                names->str, values->str);
	kept->query = g_strdup_printf("SELECT %s WHERE NOT EXISTS (SELECT FROM %s t WHERE %s)", values->str,
	                              table->quoted, condition->str);
}

static RowsKept *
kept_new(const RowsBeforeTable *table, const GPtrArray *columns, const DbResult *rows, int row)
{
	RowsKept *kept = g_new0(RowsKept, 1);

	kept->quoted = g_strdup(table->quoted);
	kept->place = g_strdup(db_result_value(rows, row, 0));
	kept_set_key(kept, table, columns, rows, row);
	return kept;
}

GPtrArray *
rows_before_list_rows(const RowsBefore *before, DbSession *session, guint max, GPtrArray **ret_tables, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)rows_kept_free);
	g_autoptr(GPtrArray) tables = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < before->sorted->len; i++) {
		const RowsBeforeTable *table = g_ptr_array_index(before->sorted, i);
		g_autoptr(GPtrArray) columns = kept_key(table);
		g_autofree char *sql = kept_rows_sql(table, columns, max);
		if (table->empty)
			continue;
		g_autoptr(DbResult) rows = db_session_query(session, error, sql, NULL);
		if (rows == NULL)
			return NULL;
		if (db_result_rows(rows) > 0)
			g_ptr_array_add(tables, g_strdup(table->quoted));
		for (int row = 0; (guint)db_result_rows(rows) <= max && row < db_result_rows(rows); row++)
			g_ptr_array_add(list, kept_new(table, columns, rows, row));
	}
	*ret_tables = g_steal_pointer(&tables);
	return g_steal_pointer(&list);
}

/* --- Rows that are pointed to -------------------------------------------------------------- */

/* Foreign keys to numbers and the like that the server gives to rows of tables that were there (rows with other keys
 * are found by trials): both tables, the columns of both, how they are joined, the types, and whether
 * the table that points is new. */
static const char pointed_sql[] =
    "SELECT k.confrelid, k.conrelid::regclass, string_agg('t.' || pg_catalog.quote_ident(p.attname), ', ' ORDER BY "
    "u.o), "
    "string_agg('t.' || pg_catalog.quote_ident(p.attname) || ' = c.' || pg_catalog.quote_ident(f.attname), ' AND ' "
    "ORDER BY u.o), string_agg('pg_catalog.quote_literal(t.' || pg_catalog.quote_ident(p.attname) || '::text) || ' || "
    "pg_catalog.quote_literal('::' || pg_catalog.format_type(p.atttypid, p.atttypmod)), ' || '', '' || ' ORDER BY "
    "u.o), "
    "string_agg(pg_catalog.quote_ident(p.attname), ', ' ORDER BY u.o), "
    "string_agg('t.' || pg_catalog.quote_ident(p.attname) || ' = w.' || pg_catalog.quote_ident(p.attname), ' AND ' "
    "ORDER BY u.o), k.conrelid <> ALL (%s) "
    "FROM pg_catalog.pg_constraint k, unnest(k.conkey, k.confkey) WITH ORDINALITY u(c, p, o), "
    "pg_catalog.pg_attribute f, pg_catalog.pg_attribute p WHERE k.contype = 'f' AND k.conparentid = 0 "
    "AND k.confrelid = ANY (%s) AND f.attrelid = k.conrelid AND f.attnum = u.c AND p.attrelid = k.confrelid "
    "AND p.attnum = u.p AND (p.attidentity <> '' OR p.atthasdef) GROUP BY k.oid, k.confrelid, k.conrelid, k.conname "
    "ORDER BY k.conrelid::regclass::text, "
    "k.conname";

enum {
	POINTED_TABLE,
	POINTED_FROM,
	POINTED_COLUMNS,
	POINTED_JOIN,
	POINTED_LITERALS,
	POINTED_NAMES,
	POINTED_MATCH,
	POINTED_NEW,
};

static bool
pointed_add(const RowsBefore *before, const DbResult *keys, int row, DbSession *session, GPtrArray *preconditions,
            GError **error)
{
	const RowsBeforeTable *table = g_hash_table_lookup(before->tables, db_result_value(keys, row, POINTED_TABLE));
	g_autofree char *since = db_result_value(keys, row, POINTED_NEW)[0] == 't'
	                             ? g_strdup("true")
	                             : g_strdup_printf("c.xmin::text::bigint >= %s", before->next);
	g_autofree char *sql = g_strdup_printf(
	    "SELECT string_agg('(' || k || ')', ', ') FROM (SELECT DISTINCT %s AS k FROM %s c JOIN %s t ON %s WHERE %s "
	    "AND t.xmin::text::bigint < %s ORDER BY 1 LIMIT " KEPT_POINTED_MAX ") r",
	    db_result_value(keys, row, POINTED_LITERALS), db_result_value(keys, row, POINTED_FROM), table->quoted,
	    db_result_value(keys, row, POINTED_JOIN), since, before->next);
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) result = NULL;

	if (!rows_try(session, sql, &result, &refusal, error))
		return false;
	const char *values = result != NULL && db_result_rows(result) > 0 ? db_result_value(result, 0, 0) : NULL;
	if (values == NULL)
		return true;
	RowsPrecondition *precondition = rows_precondition_add(preconditions, ROWS_PRECONDITION_KEY, table);
	const char *names = db_result_value(keys, row, POINTED_NAMES);
	precondition->meaning = g_strdup_printf(
	    "%s has all the rows of earlier migrations to which rows of the migration point with (%s)", table->identity,
	    names);
	precondition->query = g_strdup_printf(
	    "SELECT * FROM (VALUES %s) w(%s) WHERE NOT EXISTS (SELECT FROM %s t WHERE %s)", values, names,
	    table->quoted, db_result_value(keys, row, POINTED_MATCH));
	return true;
}

bool
rows_before_learn_pointed(const RowsBefore *before, DbSession *session, GPtrArray *preconditions, GError **error)
{
	g_autofree char *sql = g_strdup_printf(pointed_sql, before->oids, before->oids);
	g_autoptr(DbResult) keys = db_session_query(session, error, sql, NULL);

	for (int row = 0; keys != NULL && row < db_result_rows(keys); row++)
		if (!pointed_add(before, keys, row, session, preconditions, error))
			return false;
	return keys != NULL;
}
