#include "lease/rows.h"

#include "base/error.h"

#include <string.h>

/* A table or a materialized view. */
typedef struct {
	char *name;    /* quoted, with its schema */
	char *columns; /* the writable columns, quoted */
	char *count;   /* of its rows */
	char *rows;    /* an array of them, as text; empty: it has none */
	bool view;     /* materialized */
} Table;

/* The state of a sequence that is put back. */
typedef struct {
	char *name;
	char *last;
	char *called;
} Sequence;

struct LeaseRows {
	GPtrArray *tables;    /* of Table * */
	GPtrArray *sequences; /* of Sequence * */
	char *transaction;    /* the first transaction after the template was made */
	char *written;        /* the query for the changed objects: their numbers, and -1 for a changed catalog */
	char *set;            /* the statement that sets all sequences that are elsewhere; gives their number */
	gsize size;
	bool too_large;
};

/* Without indexes, so that it stays as it is when a statement makes none: TRUNCATE gives a table a new file, and no new
 * row here. Those of the server itself have lower numbers (FirstNormalObjectId) and are most of the catalog. */
#define CATALOG_SIZE                                                                                                   \
	"(SELECT count(*) FROM pg_catalog.pg_class WHERE oid >= 16384 AND relpersistence <> 't'"                       \
	" AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'i'))"                                                         \
	" + (SELECT count(*) FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"          \
	" WHERE a.attrelid >= 16384 AND c.oid >= 16384 AND c.relpersistence <> 't' AND c.relkind IN ('r', 'p', 'm')"   \
	" AND NOT a.attisdropped)"

static const char tables_query[] =
    "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), c.relkind,"
    " (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)"
    " FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " AND a.attgenerated = '')"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND n.nspname <> 'information_schema'"
    " AND n.nspname !~ '^pg_' ORDER BY c.relkind DESC, c.oid";

static const char sequences_query[] =
    "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND c.relpersistence <> 't'"
    " ORDER BY c.oid";

/* The oldest transaction that can still write in this database, or else the next one. The xmin of the snapshot would
 * be older if a transaction is open in another database; rows put back after that began would then be put back
 * again. */
static const char since_query[] =
    "SELECT x FROM (SELECT pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) % 4294967296 AS x"
    " UNION ALL SELECT backend_xid::pg_catalog.text::bigint FROM pg_catalog.pg_stat_activity"
    " WHERE datname = pg_catalog.current_database() AND backend_type <> 'autovacuum worker'"
    " AND backend_xid IS NOT NULL"
    " UNION ALL SELECT transaction::pg_catalog.text::bigint FROM pg_catalog.pg_prepared_xacts"
    " WHERE database = pg_catalog.current_database()) AS open"
    " ORDER BY pg_catalog.age(x::pg_catalog.text::pg_catalog.xid) DESC LIMIT 1";

static void
rows_free_table(gpointer data)
{
	Table *table = data;

	g_free(table->name);
	g_free(table->columns);
	g_free(table->count);
	g_free(table->rows);
	g_free(table);
}

static void
rows_free_sequence(gpointer data)
{
	Sequence *sequence = data;

	g_free(sequence->name);
	g_free(sequence->last);
	g_free(sequence->called);
	g_free(sequence);
}

void
lease_rows_free(LeaseRows *rows)
{
	if (rows == NULL)
		return;
	g_ptr_array_unref(rows->tables);
	g_ptr_array_unref(rows->sequences);
	g_free(rows->transaction);
	g_free(rows->written);
	g_free(rows->set);
	g_free(rows);
}

void
lease_rows_mark_clear(LeaseRowsMark *mark)
{
	g_clear_pointer(&mark->since, g_free);
	g_clear_pointer(&mark->own, g_free);
}

/* --- Reading ------------------------------------------------------------------------ */

/* The rows of a materialized view come from elsewhere. */
static bool
rows_read_table(LeaseRows *rows, DbSession *session, Table *table, GError **error)
{
	g_autofree char *count = g_strdup_printf("SELECT pg_catalog.count(*) FROM ONLY %s", table->name);
	g_autofree char *all = g_strdup_printf("SELECT pg_catalog.array_agg(t)::text FROM ONLY %s t", table->name);

	table->count = db_session_query_value(session, error, count, NULL);
	if (table->count == NULL)
		return false;
	if (table->view || rows->too_large)
		return true;
	table->rows = db_session_query_value(session, error, all, NULL);
	if (table->rows == NULL)
		return false;
	rows->size += strlen(table->rows);
	rows->too_large = rows->size > LEASE_ROWS_MAX;
	return true;
}

static bool
rows_read_tables(LeaseRows *rows, DbSession *session, GError **error)
{
	g_autoptr(DbResult) found = db_session_query(session, error, tables_query, NULL);

	for (int i = 0; found != NULL && i < db_result_rows(found); i++) {
		Table *table = g_new0(Table, 1);
		g_ptr_array_add(rows->tables, table);
		table->name = g_strdup(db_result_value(found, i, 0));
		table->view = strcmp(db_result_value(found, i, 1), "m") == 0;
		table->columns = g_strdup(db_result_value(found, i, 2));
		if (!rows_read_table(rows, session, table, error))
			return false;
	}
	return found != NULL;
}

static bool
rows_read_sequences(LeaseRows *rows, DbSession *session, GError **error)
{
	g_autoptr(DbResult) found = db_session_query(session, error, sequences_query, NULL);

	for (int i = 0; found != NULL && i < db_result_rows(found); i++) {
		const char *name = db_result_value(found, i, 0);
		g_autofree char *sql = g_strdup_printf("SELECT last_value, is_called FROM %s", name);
		g_autoptr(DbResult) state = db_session_query(session, error, sql, NULL);
		if (state == NULL)
			return false;
		Sequence *sequence = g_new0(Sequence, 1);
		sequence->name = g_strdup(name);
		sequence->last = g_strdup(db_result_value(state, 0, 0));
		sequence->called = g_strdup(db_result_value(state, 0, 1));
		g_ptr_array_add(rows->sequences, sequence);
	}
	return found != NULL;
}

/* A row that was written since then has a younger transaction than all of that time; a row that was deleted is
 * missing in the count. Rows of rolled-back transactions are not visible. */
static char *
rows_write_query(const LeaseRows *rows, const char *catalog)
{
	GString *sql = g_string_new(NULL);

	g_string_append_printf(
	    sql, "SELECT -1 WHERE %s <> %s AND $1::pg_catalog.xid IS NOT NULL AND $2::pg_catalog.xid IS NOT NULL",
	    CATALOG_SIZE, catalog);
	for (guint i = 0; i < rows->tables->len; i++) {
		const Table *table = g_ptr_array_index(rows->tables, i);
		g_string_append_printf(sql,
		                       " UNION ALL SELECT %u FROM ONLY %s HAVING pg_catalog.count(*) <> %s OR"
		                       " pg_catalog.bool_or(pg_catalog.age(xmin) <= pg_catalog.age($1::pg_catalog.xid)"
		                       " AND xmin <> $2::pg_catalog.xid)",
		                       i, table->name, table->count);
	}
	return g_string_free(sql, FALSE);
}

static char *
rows_write_set(const LeaseRows *rows)
{
	GString *sql = g_string_new("SELECT pg_catalog.count(*) FROM (SELECT NULL::bigint WHERE false");

	for (guint i = 0; i < rows->sequences->len; i++) {
		const Sequence *sequence = g_ptr_array_index(rows->sequences, i);
		g_string_append_printf(sql,
		                       " UNION ALL SELECT pg_catalog.setval(s.tableoid::pg_catalog.regclass, %s, '%s')"
		                       " FROM %s s WHERE (last_value, is_called) <> (%s, '%s')",
		                       sequence->last, sequence->called, sequence->name, sequence->last,
		                       sequence->called);
	}
	g_string_append(sql, ") AS moved");
	return g_string_free(sql, FALSE);
}

LeaseRows *
lease_rows_read(DbSession *session, GError **error)
{
	g_autoptr(LeaseRows) rows = g_new0(LeaseRows, 1);

	rows->tables = g_ptr_array_new_with_free_func(rows_free_table);
	rows->sequences = g_ptr_array_new_with_free_func(rows_free_sequence);
	if (!rows_read_tables(rows, session, error) || !rows_read_sequences(rows, session, error))
		return NULL;
	/* Modulo 2^32, as rows have it. */
	rows->transaction = db_session_query_value(
	    session, error, "SELECT pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) % 4294967296",
	    NULL);
	g_autofree char *catalog = rows->transaction != NULL
	                               ? db_session_query_value(session, error, "SELECT " CATALOG_SIZE, NULL)
	                               : NULL;
	if (catalog == NULL)
		return NULL;
	rows->written = rows_write_query(rows, catalog);
	rows->set = rows_write_set(rows);
	return g_steal_pointer(&rows);
}

/* --- Restoring ---------------------------------------------------------------------- */

bool
lease_rows_prepare(const LeaseRows *rows, DbSession *session, GError **error)
{
	/* To plan one of these queries anew takes longer than to run it. */
	g_autofree char *sql = g_strdup_printf(
	    "SET session_replication_role = replica; SET lock_timeout = '2s'; SET row_security = off;"
	    " SET plan_cache_mode = force_generic_plan; PREPARE pgassay_written (xid, xid) AS %s;"
	    " PREPARE pgassay_set AS %s; PREPARE pgassay_since AS %s",
	    rows->written, rows->set, since_query);

	return db_session_execute(session, sql, error);
}

static bool
rows_restore_table(const Table *table, DbSession *session, GError **error)
{
	g_autofree char *clear = table->view ? g_strdup_printf("REFRESH MATERIALIZED VIEW %s", table->name)
	                                     : g_strdup_printf("DELETE FROM ONLY %s", table->name);

	if (!db_session_execute(session, clear, error))
		return false;
	if (table->view || table->rows == NULL || *table->rows == '\0' || table->columns == NULL ||
	    *table->columns == '\0')
		return true;
	g_autofree char *fill = g_strdup_printf(
	    "WITH put AS (INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM pg_catalog.unnest($1::%s[])"
	    " RETURNING 1) SELECT pg_catalog.count(*) FROM put",
	    table->name, table->columns, table->columns, table->name);
	g_autoptr(DbResult) done = db_session_query(session, error, fill, table->rows, NULL);
	return done != NULL;
}

static bool
rows_restore_tables(const LeaseRows *rows, DbSession *session, const LeaseRowsMark *mark, guint *ret_n, GError **error)
{
	g_autofree char *sql = g_strdup_printf("EXECUTE pgassay_written ('%s', '%s')",
	                                       mark->since != NULL ? mark->since : rows->transaction,
	                                       mark->own != NULL ? mark->own : "0");
	g_autoptr(DbResult) written = db_session_query(session, error, sql, NULL);

	for (int i = 0; written != NULL && i < db_result_rows(written); i++) {
		int number = (int)g_ascii_strtoll(db_result_value(written, i, 0), NULL, 10);
		if (number < 0)
			return base_error_set(error, BASE_ERROR_INPUT, "reset all of it: POST /databases/ID/reset",
			                      "the schema of the database has changed");
		if (!rows_restore_table(g_ptr_array_index(rows->tables, (guint)number), session, error))
			return false;
		++*ret_n;
	}
	return written != NULL;
}

/* If the server refuses a statement, the usual reason is a lock of another session. */
static bool
rows_fail(DbSession *session, GError *cause, GError **error)
{
	db_session_execute(session, "ROLLBACK", NULL);
	if (g_error_matches(cause, BASE_ERROR, BASE_ERROR_INPUT)) {
		g_propagate_error(error, cause);
		return false;
	}
	base_error_set(error, BASE_ERROR_ENVIRONMENT, "end the transactions that are open on the database",
	               "the rows could not be put back: %s", cause->message);
	g_error_free(cause);
	return false;
}

/* A transaction that was open when it began may have written afterwards; its own rows are right. */
static bool
rows_move_mark(DbSession *session, char *since, LeaseRowsMark *mark, GError **error)
{
	char *own = db_session_query_value(
	    session, error, "SELECT coalesce(pg_catalog.txid_current_if_assigned() % 4294967296, 0)", NULL);

	if (own == NULL || !db_session_execute(session, "COMMIT", error)) {
		g_free(own);
		g_free(since);
		return false;
	}
	lease_rows_mark_clear(mark);
	*mark = (LeaseRowsMark){ .since = since, .own = own };
	return true;
}

static bool
rows_restore(const LeaseRows *rows, DbSession *session, LeaseRowsMark *mark, guint *ret_n, GError **error)
{
	if (!db_session_execute(session, "BEGIN", error))
		return false;
	g_autofree char *since = db_session_query_value(session, error, "EXECUTE pgassay_since", NULL);
	if (since == NULL || !rows_restore_tables(rows, session, mark, ret_n, error))
		return false;
	g_autofree char *moved = db_session_query_value(session, error, "EXECUTE pgassay_set", NULL);
	if (moved == NULL)
		return false;
	*ret_n += (guint)g_ascii_strtoull(moved, NULL, 10);
	return rows_move_mark(session, g_steal_pointer(&since), mark, error);
}

bool
lease_rows_restore(const LeaseRows *rows, DbSession *session, LeaseRowsMark *mark, guint *ret_n, GError **error)
{
	GError *cause = NULL;
	guint n = 0;

	if (rows->too_large)
		return base_error_set(error, BASE_ERROR_INPUT, "reset all of it: POST /databases/ID/reset",
		                      "the database has more rows than are kept for that");
	if (!rows_restore(rows, session, mark, &n, &cause))
		return rows_fail(session, cause, error);
	*ret_n = n;
	return true;
}
