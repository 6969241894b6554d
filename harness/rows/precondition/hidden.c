/* Preconditions on rows that cannot be generated under the schema: rows from before a constraint that is NOT VALID, and
 * rows whose unique key the migration inserts again. */
#include "rows/precondition/precondition_private.h"
#include "rows/state/expression.h"

#include "rows/state/queries.h"

#include <stdlib.h>

/* Rows of one table that are looked at. */
#define HIDDEN_ROWS_MAX 500
/* As far ahead of its keys does a sequence stand that has given them out. */
#define HIDDEN_AHEAD 2000

/* Unique indexes that there were before, what they hold, of which rows, and the column where it is one. */
static const char indexes_sql[] =
    "SELECT i.indrelid, c.relname, (SELECT string_agg(pg_catalog.pg_get_indexdef(i.indexrelid, n, true), ', ' "
    "ORDER BY n) FROM pg_catalog.generate_series(1, i.indnkeyatts) n), "
    "(SELECT string_agg('pg_catalog.quote_nullable((' || pg_catalog.pg_get_indexdef(i.indexrelid, n, true) || "
    "')::text)',"
    " ', ' ORDER BY n) FROM pg_catalog.generate_series(1, i.indnkeyatts) n), "
    "pg_catalog.pg_get_expr(i.indpred, i.indrelid), CASE WHEN i.indnkeyatts = 1 THEN i.indkey[0] ELSE 0 END "
    "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
    "WHERE i.indrelid = ANY (%s) AND i.indexrelid = ANY (%s) AND i.indisunique AND i.indisvalid "
    "AND pg_catalog.pg_relation_size(i.indrelid) > 0 ORDER BY i.indrelid, c.relname";

/* Exclusion constraints from before. */
static const char exclusions_sql[] =
    "SELECT i.indrelid, c.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
    "WHERE i.indrelid = ANY (%s) AND i.indexrelid = ANY (%s) AND i.indisexclusion "
    "AND pg_catalog.pg_relation_size(i.indrelid) > 0 ORDER BY i.indrelid, c.relname";

/* Columns that there are still, and that take a value: the list of them, and the values as literals. */
static const char columns_sql[] =
    "SELECT string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum), "
    "string_agg('pg_catalog.quote_nullable(' || pg_catalog.quote_ident(a.attname) || '::text)', ', ' ORDER BY "
    "a.attnum) "
    "FROM pg_catalog.pg_attribute a WHERE a.attrelid = $1::oid AND a.attnum = ANY ($2::int2[]) "
    "AND NOT a.attisdropped AND a.attgenerated = ''";

/* --- Rows that the migration inserts ------------------------------------------------------ */

static char *
hidden_column_numbers(const RowsBeforeTable *table)
{
	GString *numbers = g_string_new("{");

	for (guint i = 0; i < table->columns->len; i++)
		g_string_append_printf(numbers, "%s%d", i > 0 ? "," : "",
		                       ((const RowsBeforeColumn *)g_ptr_array_index(table->columns, i))->number);
	g_string_append_c(numbers, '}');
	return g_string_free(numbers, FALSE);
}

char *
rows_hidden_read_rows(const RowsBefore *before, const RowsBeforeTable *table, DbSession *session, GError **error)
{
	g_autofree char *numbers = hidden_column_numbers(table);
	g_autoptr(DbResult) columns = db_session_query(session, error, columns_sql, table->oid, numbers, NULL);
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) rows = NULL;

	if (columns == NULL || db_result_value(columns, 0, 0) == NULL)
		return NULL;
	g_autofree char *begin = g_strdup_printf("INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE VALUES (", table->quoted,
	                                         db_result_value(columns, 0, 0));
	g_autofree char *literal = rows_literal(begin);
	g_autofree char *sql = g_strdup_printf(
	    "SELECT string_agg(%s || pg_catalog.concat_ws(', ', %s) || ') ON CONFLICT DO NOTHING', '; ') "
	    "FROM (SELECT * FROM %s WHERE xmin::text::bigint >= %s LIMIT %d) r",
	    literal, db_result_value(columns, 0, 1), table->quoted, before->next, HIDDEN_ROWS_MAX);
	if (!rows_try(session, sql, &rows, &refusal, error) || rows == NULL || db_result_rows(rows) == 0)
		return NULL;
	return g_strdup(db_result_value(rows, 0, 0));
}

/* The keys of such rows in the index, as SQL: "('a', '1'), ('b', '2')"; a key with NULL meets no other. NULL: none, or
 * *error. The caller frees it. */
static char *
hidden_read_keys(const RowsBefore *before, const RowsBeforeTable *table, const DbResult *indexes, int row,
                 DbSession *session, GError **error)
{
	const char *keys = db_result_value(indexes, row, 2);
	const char *predicate = db_result_value(indexes, row, 4);
	g_autofree char *sql = g_strdup_printf(
	    "SELECT string_agg('(' || pg_catalog.concat_ws(', ', %s) || ')', ', ') FROM (SELECT * FROM %s "
	    "WHERE xmin::text::bigint >= %s AND ROW(%s) IS NOT NULL AND (%s) LIMIT %d) r",
	    db_result_value(indexes, row, 3), table->quoted, before->next, keys, predicate != NULL ? predicate : "true",
	    HIDDEN_ROWS_MAX);
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) result = NULL;

	if (!rows_try(session, sql, &result, &refusal, error) || result == NULL || db_result_rows(result) == 0)
		return NULL;
	return g_strdup(db_result_value(result, 0, 0));
}

static void
hidden_add_keys(const RowsBeforeTable *table, const DbResult *indexes, int row, const char *keys, const char *insert,
                DbSession *session, GPtrArray *preconditions)
{
	RowsPrecondition *precondition = rows_precondition_add(preconditions, ROWS_PRECONDITION_SEED, table);
	const char *names = db_result_value(indexes, row, 2);
	const char *predicate = db_result_value(indexes, row, 4);
	const RowsBeforeColumn *column = rows_before_column(table, atoi(db_result_value(indexes, row, 5)));

	precondition->constraint = g_strdup(db_result_value(indexes, row, 1));
	precondition->meaning = g_strdup_printf("no row of %s has the same (%s) as one that the migration writes",
	                                        table->identity, names);
	precondition->query = g_strdup_printf("SELECT * FROM %s WHERE %s%s%s(%s) IN (%s)", table->quoted,
	                                      predicate != NULL ? "(" : "", predicate != NULL ? predicate : "",
	                                      predicate != NULL ? ") AND " : "", names, keys);
	precondition->insert = g_strdup(insert);
	if (column == NULL)
		return;
	precondition->sequence = rows_precondition_find_sequence(session, table, column);
	precondition->ahead = HIDDEN_AHEAD;
}

static bool
hidden_read_inserts(const RowsBefore *before, DbSession *session, GPtrArray *preconditions, GError **error)
{
	g_autofree char *sql = g_strdup_printf(indexes_sql, before->oids, before->indexes);
	g_autoptr(DbResult) indexes = db_session_query(session, error, sql, NULL);
	GError *cause = NULL;

	for (int row = 0; indexes != NULL && row < db_result_rows(indexes); row++) {
		const RowsBeforeTable *table = g_hash_table_lookup(before->tables, db_result_value(indexes, row, 0));
		g_autofree char *keys = hidden_read_keys(before, table, indexes, row, session, &cause);
		g_autofree char *insert = keys != NULL ? rows_hidden_read_rows(before, table, session, &cause) : NULL;
		if (insert != NULL)
			hidden_add_keys(table, indexes, row, keys, insert, session, preconditions);
		if (cause != NULL) {
			g_propagate_error(error, cause);
			return false;
		}
	}
	return indexes != NULL;
}

/* Which rows exclude each other depends on operators of any kind: a person has to look. */
static bool
hidden_read_exclusions(const RowsBefore *before, DbSession *session, GPtrArray *preconditions, GError **error)
{
	g_autofree char *sql = g_strdup_printf(exclusions_sql, before->oids, before->indexes);
	g_autoptr(DbResult) indexes = db_session_query(session, error, sql, NULL);
	GError *cause = NULL;

	for (int row = 0; indexes != NULL && row < db_result_rows(indexes); row++) {
		const RowsBeforeTable *table = g_hash_table_lookup(before->tables, db_result_value(indexes, row, 0));
		char *insert = rows_hidden_read_rows(before, table, session, &cause);
		if (cause != NULL) {
			g_propagate_error(error, cause);
			return false;
		}
		if (insert == NULL)
			continue;
		RowsPrecondition *precondition = rows_precondition_add(preconditions, ROWS_PRECONDITION_SEED, table);
		precondition->insert = insert;
		precondition->constraint = g_strdup(db_result_value(indexes, row, 1));
		precondition->meaning = g_strdup_printf(
		    "no row of %s excludes, by \"%s\", one that the migration writes", table->identity,
		    precondition->constraint);
	}
	return indexes != NULL;
}

/* --- All --------------------------------------------------------------------------------- */

GPtrArray *
rows_before_learn_hidden(const RowsBefore *before, DbSession *session, GError **error)
{
	g_autoptr(GPtrArray) preconditions = rows_before_learn(before, session, error);

	if (preconditions == NULL)
		return NULL;
	for (guint i = preconditions->len; i > 0; i--)
		if (((const RowsPrecondition *)g_ptr_array_index(preconditions, i - 1))->lift == NULL)
			g_ptr_array_remove_index(preconditions, i - 1);
	if (!hidden_read_inserts(before, session, preconditions, error) ||
	    !hidden_read_exclusions(before, session, preconditions, error) ||
	    !rows_precondition_read_given(before, session, preconditions, error) ||
	    !rows_precondition_read_large(before, session, preconditions, error))
		return NULL;
	return g_steal_pointer(&preconditions);
}

/* --- Rows that break one -------------------------------------------------------------------- */

/* As rows of others, which no trigger of this session has seen. */
static bool
hidden_insert(DbSession *session, const RowsPrecondition *precondition, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SET LOCAL session_replication_role = replica; %s; "
	                                       "SET LOCAL session_replication_role = origin",
	                                       precondition->insert);
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) result = NULL;

	return rows_try(session, sql, &result, &refusal, error) &&
	       (precondition->sequence == NULL || rows_precondition_go_ahead(session, precondition, NULL, error));
}

static bool
hidden_fill(DbSession *session, const CatalogExclusions *exclusions, guint n_rows, const RowsPrecondition *precondition,
            GError **error)
{
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) lifted = NULL;
	g_autoptr(DbResult) made = NULL;

	if (!rows_try(session, precondition->lift, &lifted, &refusal, error))
		return false;
	if (refusal.message != NULL)
		return true;
	return rows_fill(session, exclusions, n_rows, NULL, NULL, error) &&
	       rows_try(session, precondition->again, &made, &refusal, error);
}

bool
rows_precondition_break(DbSession *session, const CatalogExclusions *exclusions, guint n_rows,
                        const RowsPrecondition *precondition, bool *ret_broken, GError **error)
{
	g_autofree char *exists = precondition->query != NULL
	                              ? g_strdup_printf("SELECT FROM (%s) q LIMIT 1", precondition->query)
	                              : NULL;
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) rows = NULL;

	if (!(precondition->insert != NULL ? hidden_insert(session, precondition, error)
	                                   : hidden_fill(session, exclusions, n_rows, precondition, error)) ||
	    (exists != NULL && !rows_try(session, exists, &rows, &refusal, error)))
		return false;
	/* Rows exclude themselves, mostly; no query says so. */
	*ret_broken = exists == NULL ? precondition->insert != NULL : rows != NULL && db_result_rows(rows) > 0;
	return true;
}
