/* Keys that a sequence gives to rows of the migration: where rows came with keys of their own, it stands behind them.
 */
#include "rows/precondition/precondition_private.h"
#include "rows/state/expression.h"
#include "rows/state/queries.h"

#include <string.h>

static bool
given_is_key(const RowsBeforeTable *table, const RowsBeforeColumn *column)
{
	g_autofree char *number = g_strdup_printf("%d", column->number);

	for (guint i = 0; i < table->keys->len; i++)
		if (strcmp(g_ptr_array_index(table->keys, i), number) == 0)
			return true;
	return false;
}

bool
rows_before_read_sequences(RowsBefore *before, DbSession *session, GError **error)
{
	g_autoptr(DbResult)
	    result = db_session_query(session, error,
	                              "SELECT q.seqrelid, pg_catalog.pg_sequence_last_value(q.seqrelid) FROM "
	                              "pg_catalog.pg_sequence q JOIN pg_catalog.pg_class c ON c.oid = q.seqrelid WHERE "
	                              "c.relpersistence <> 't'",
	                              NULL);

	if (result == NULL)
		return false;
	before->sequences = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (int row = 0; row < db_result_rows(result); row++)
		if (db_result_value(result, row, 1) != NULL)
			g_hash_table_insert(before->sequences, g_strdup(db_result_value(result, row, 0)),
			                    g_strdup(db_result_value(result, row, 1)));
	return true;
}

/* The condition on the column t.c that the sequence has given the number since, as SQL. NULL: it has given none, or was
 * dropped, or *error. The caller frees it. */
static char *
given_since(const RowsBefore *before, const RowsBeforeColumn *column, const char *sequence, DbSession *session,
            GError **error)
{
	g_autoptr(DbResult)
	    now = db_session_query(session, error,
	                           "SELECT q.seqrelid, pg_catalog.pg_sequence_last_value(q.seqrelid), "
	                           "q.seqincrement > 0 FROM pg_catalog.pg_sequence q WHERE q.seqrelid = "
	                           "pg_catalog.to_regclass($1)",
	                           sequence, NULL);

	if (now == NULL || db_result_rows(now) == 0 || db_result_value(now, 0, 1) == NULL)
		return NULL;
	const char *last = before->sequences != NULL
	                       ? g_hash_table_lookup(before->sequences, db_result_value(now, 0, 0))
	                       : NULL;
	const char *up = db_result_value(now, 0, 2)[0] == 't' ? ">" : "<";
	if (g_strcmp0(last, db_result_value(now, 0, 1)) == 0)
		return NULL;
	return g_strdup_printf("%s %s= t.%s%s%s%s%s%s", db_result_value(now, 0, 1), up, column->quoted,
	                       last != NULL ? " AND t." : "", last != NULL ? column->quoted : "",
	                       last != NULL ? " " : "", last != NULL ? up : "", last != NULL ? last : "");
}

/* How many numbers the sequence has given to rows that were written since, and by how much each is larger than the last
 * one. NULL: none, or *error. The caller frees it. */
static DbResult *
given_count(const RowsBefore *before, const RowsBeforeTable *table, const RowsBeforeColumn *column,
            const char *sequence, DbSession *session, GError **error)
{
	GError *cause = NULL;
	g_autofree char *since = given_since(before, column, sequence, session, &cause);
	g_autofree char *literal = rows_literal(sequence);
	g_autofree char *sql = g_strdup_printf(
	    "SELECT pg_catalog.count(*), q.seqincrement FROM pg_catalog.pg_sequence q, %s t WHERE q.seqrelid = "
	    "%s::regclass AND t.xmin::text::bigint >= %s AND %s GROUP BY q.seqincrement",
	    table->quoted, literal, before->next, since);
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) result = NULL;

	if (since == NULL) {
		if (cause != NULL)
			g_propagate_error(error, cause);
		return NULL;
	}
	if (!rows_try(session, sql, &result, &refusal, error) || result == NULL || db_result_rows(result) == 0)
		return NULL;
	return g_steal_pointer(&result);
}

static void
given_add(const RowsBeforeTable *table, const RowsBeforeColumn *column, const char *sequence, const DbResult *counted,
          const char *index, char *insert, GPtrArray *preconditions)
{
	const char *n = db_result_value(counted, 0, 0);
	const char *step = db_result_value(counted, 0, 1);
	bool up = step[0] != '-';
	g_autofree char *next = g_strdup_printf("s.last_value + CASE WHEN s.is_called THEN %s ELSE 0 END", step);
	RowsPrecondition *precondition = rows_precondition_add(preconditions, ROWS_PRECONDITION_SEED, table);

	bool one = strcmp(n, "1") == 0;
	precondition->meaning = g_strdup_printf("no row of %s has the next %s%s%s of %s as \"%s\"", table->identity,
	                                        one ? "" : n, one ? "" : " ", one ? "number" : "numbers", sequence,
	                                        column->name);
	precondition->query = g_strdup_printf("SELECT t.* FROM %s t, %s s WHERE t.%s %s %s AND t.%s %s %s + %s * %s",
	                                      table->quoted, sequence, column->quoted, up ? ">=" : "<=", next,
	                                      column->quoted, up ? "<" : ">", next, n, step);
	precondition->constraint = g_strdup(index);
	precondition->insert = insert;
	precondition->given = true;
}

/* The unique index of that column alone. NULL: there is none any more, or *error. The caller frees it. */
static char *
given_find_index(const RowsBefore *before, const RowsBeforeTable *table, const RowsBeforeColumn *column,
                 DbSession *session, GError **error)
{
	g_autofree char *sql = g_strdup_printf(
	    "SELECT c.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c "
	    "ON c.oid = i.indexrelid WHERE i.indrelid = %s AND i.indisunique AND "
	    "i.indkey::text = '%d' AND i.indexrelid = ANY (%s) AND i.indpred IS NULL "
	    "ORDER BY c.oid LIMIT 1",
	    table->oid, column->number, before->indexes);
	g_autoptr(DbResult) result = db_session_query(session, error, sql, NULL);

	return result != NULL && db_result_rows(result) > 0 ? g_strdup(db_result_value(result, 0, 0)) : NULL;
}

static void
given_look(const RowsBefore *before, const RowsBeforeTable *table, const RowsBeforeColumn *column, DbSession *session,
           GPtrArray *preconditions, GError **cause)
{
	g_autofree char *sequence = rows_precondition_find_sequence(session, table, column);
	g_autoptr(DbResult) counted = sequence != NULL ? given_count(before, table, column, sequence, session, cause)
	                                               : NULL;
	g_autofree char *index = counted != NULL ? given_find_index(before, table, column, session, cause) : NULL;
	char *insert = index != NULL ? rows_hidden_read_rows(before, table, session, cause) : NULL;

	if (insert != NULL)
		given_add(table, column, sequence, counted, index, insert, preconditions);
}

bool
rows_precondition_read_given(const RowsBefore *before, DbSession *session, GPtrArray *preconditions, GError **error)
{
	GError *cause = NULL;

	for (guint i = 0; i < before->sorted->len; i++) {
		const RowsBeforeTable *table = g_ptr_array_index(before->sorted, i);
		for (guint j = 0; j < table->columns->len; j++) {
			const RowsBeforeColumn *column = g_ptr_array_index(table->columns, j);
			if (!given_is_key(table, column))
				continue;
			given_look(before, table, column, session, preconditions, &cause);
			if (cause != NULL) {
				g_propagate_error(error, cause);
				return false;
			}
		}
	}
	return true;
}
