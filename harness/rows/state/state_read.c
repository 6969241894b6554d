/* Reading states: which tables there are, which of them have to be read, and their checksums. */
#include "catalog/identity.h"
#include "rows/state/queries.h"
#include "rows/state/state_private.h"

#include <string.h>

/* Tables whose checksums one round trip computes. */
#define TABLES_AT_ONCE 200

/* --- Queries -------------------------------------------------------------- */

/* The transaction; whether the server counts rows that are written. */
static const char transaction_sql[] =
    "SELECT pg_catalog.pg_backend_pid() || ' ' || extract(epoch FROM pg_catalog.transaction_timestamp()),"
    " pg_catalog.current_setting('track_counts') = 'on'";

/* In the order of their OIDs, with the rows that this session has written and not yet reported (PostgreSQL reports
 * after the end of a transaction), whether this transaction has changed the table's own catalog row, and whether it has
 * no pages. */
static const char tables_sql[] =
    "SELECT c.oid, n.nspname, c.relname, c.relfilenode,"
    " CASE WHEN w.i + w.u + w.d > 0 THEN w.i || ' ' || w.u || ' ' || w.d END,"
    " coalesce(pg_catalog.age(c.xmin) <= pg_catalog.age(x.xid), false), pg_catalog.pg_relation_size(c.oid) = 0"
    " FROM (SELECT pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.xid AS xid) x"
    " CROSS JOIN (SELECT c.oid, c.relname, c.relfilenode, c.xmin, n.nspname" ROWS_TABLES_FROM ") c"
    " CROSS JOIN LATERAL (SELECT c.nspname) n"
    " CROSS JOIN LATERAL (SELECT pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) AS i,"
    " pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) AS u,"
    " pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) AS d) w"
    " ORDER BY c.oid";

#define IS_YOUNG(of) "pg_catalog.age(" of ".xmin) <= (SELECT age FROM x)"
#define IS_OLD(of)   "pg_catalog.age(" of ".xmin) > (SELECT age FROM x)"

/* Relations whose columns or expressions this transaction has changed; true for a change of a type: a label or an
 * attribute of one that is older than the transaction. A transaction that has changed nothing has no number. */
static const char touched_sql[] =
    "WITH x AS MATERIALIZED (SELECT pg_catalog.age(pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.xid) AS age)"
    " SELECT a.attrelid, EXISTS (SELECT FROM pg_catalog.pg_class c"
    " WHERE c.oid = a.attrelid AND c.relkind = 'c' AND " IS_OLD(
	"c") ")"
	     " FROM pg_catalog.pg_attribute a WHERE (SELECT age FROM x) IS NOT NULL AND a.attrelid >= 16384"
	     " AND a.attnum > 0 AND " IS_YOUNG(
		 "a") " UNION ALL SELECT d.adrelid, false FROM pg_catalog.pg_attrdef d"
		      " WHERE (SELECT age FROM x) IS NOT NULL AND " IS_YOUNG(
			  "d") " UNION ALL SELECT e.enumtypid, true FROM pg_catalog.pg_enum e"
			       " WHERE (SELECT age FROM x) IS NOT NULL AND " IS_YOUNG(
				   "e") " AND EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.oid = e.enumtypid "
					"AND " IS_OLD("t") ")";

/* $1 is a list of OIDs. 16384 is the first OID that is not PostgreSQL's own. */
static const char columns_sql[] =
    "SELECT a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.atttypid >= 16384,"
    " a.atttypid IN (SELECT t.oid FROM pg_catalog.pg_type t WHERE (t.typname >= 'reg' AND t.typname < 'reh'"
    " OR t.typname >= '_reg' AND t.typname < '_reh') AND t.typnamespace = 'pg_catalog'::regnamespace), a.attnum, "
    "a.atttypid"
    " FROM pg_catalog.pg_attribute a"
    " WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped"
    " ORDER BY a.attrelid, a.attname COLLATE \"C\"";

/* A join would go through all columns of the database: our settings have no nested loops. */
static const char keys_sql[] =
    "SELECT k.indrelid, k.attname"
    " FROM (SELECT i.indrelid, (SELECT a.attname FROM pg_catalog.pg_attribute a"
    " WHERE a.attrelid = i.indrelid AND a.attnum = i.attnum) AS attname"
    " FROM (SELECT p.indrelid, pg_catalog.unnest((p.indkey::int2[])[0:p.indnkeyatts - 1]) AS attnum"
    " FROM pg_catalog.pg_index p WHERE p.indisprimary AND p.indrelid = ANY ($1::oid[])) i"
    " OFFSET 0) k ORDER BY k.indrelid, k.attname COLLATE \"C\"";

/* --- Which tables --------------------------------------------------------- */

/* One call. */
typedef struct {
	DbSession *session;
	const CatalogTransaction *transaction;
	const CatalogExclusions *exclusions;
	const RowsState *only;  /* read these tables, no others; or NULL */
	const RowsState *known; /* take over from here; or NULL */
	const RowsState *as;    /* read with these columns, too; or NULL */
	RowsState *state;
	GPtrArray *to_read; /* of RowsTable *, in the order of their OIDs; owns them until they are in the state */
	bool same_transaction;
	bool counted;
	bool types_changed;
	GHashTable *touched; /* OIDs */
} Reading;

static bool
columns_differ(const RowsTable *a, const RowsTable *b)
{
	g_autofree const char **names_a = rows_table_column_names(a);
	g_autofree const char **names_b = rows_table_column_names(b);

	return !g_strv_equal(names_a, names_b);
}

/* True if the table can be compared with its state in `as`. */
static bool
fits_as(const Reading *reading, const RowsTable *known)
{
	const RowsTable *as = reading->as != NULL ? rows_state_table(reading->as, known->identity) : NULL;

	if (as == NULL || !columns_differ(as, known))
		return true;
	g_autofree const char **names = rows_table_column_names(as);
	return known->as_names != NULL && g_strv_equal(names, (const char *const *)known->as_names);
}

/* The table as it was when its rows were not written, nor its values changed in any other way, since then. */
static RowsTable *
find_unchanged(const Reading *reading, const DbResult *tables, int row, const char *identity)
{
	const char *oid = db_result_value(tables, row, 0);
	const char *counters = db_result_value(tables, row, 4);
	RowsTable *known = reading->known != NULL ? g_hash_table_lookup(reading->known->by_name, identity) : NULL;

	if (known == NULL || !reading->counted || strcmp(known->oid, oid) != 0 ||
	    strcmp(known->file_node, db_result_value(tables, row, 3)) != 0 ||
	    g_hash_table_contains(reading->touched, oid) || known->has_names ||
	    (known->has_own_type && reading->types_changed) || !fits_as(reading, known))
		return NULL;
	if (!reading->same_transaction)
		return counters == NULL ? known : NULL;
	/* A table that this transaction has made is truncated in place, and its counters begin anew. */
	if (db_result_value(tables, row, 5)[0] == 't')
		return NULL;
	return g_strcmp0(counters, g_hash_table_lookup(reading->known->counters, oid)) == 0 ? known : NULL;
}

static void
sort_out(Reading *reading, const DbResult *tables, GHashTable *excluded)
{
	for (int row = 0; row < db_result_rows(tables); row++) {
		const char *schema = db_result_value(tables, row, 1);
		const char *counters = db_result_value(tables, row, 4);
		g_autofree char *identity = catalog_identity_join(schema, NULL, db_result_value(tables, row, 2));
		if (reading->only != NULL ? rows_state_table(reading->only, identity) == NULL
		                          : rows_is_excluded(reading->exclusions, excluded, schema, identity))
			continue;
		if (counters != NULL)
			g_hash_table_insert(reading->state->counters, g_strdup(db_result_value(tables, row, 0)),
			                    g_strdup(counters));
		RowsTable *known = find_unchanged(reading, tables, row, identity);
		if (known != NULL) {
			rows_state_add(reading->state, rows_table_ref(known));
			continue;
		}
		RowsTable *table = rows_table_new();
		table->oid = g_strdup(db_result_value(tables, row, 0));
		table->schema = g_strdup(schema);
		table->name = g_strdup(db_result_value(tables, row, 2));
		table->identity = g_steal_pointer(&identity);
		table->file_node = g_strdup(db_result_value(tables, row, 3));
		table->is_empty = db_result_value(tables, row, 6)[0] == 't';
		g_ptr_array_add(reading->to_read, table);
	}
}

static bool
list_tables(Reading *reading, GError **error)
{
	static const DbPrepared transaction = { DB_OWN_STATEMENTS "rows_transaction", transaction_sql };
	static const DbPrepared tables = { DB_OWN_STATEMENTS "rows_tables", tables_sql };
	static const DbPrepared touches = { DB_OWN_STATEMENTS "rows_touched", touched_sql };
	const DbRequest requests[] = { { .prepared = &transaction },
		                       { .prepared = &tables },
		                       { .prepared = &touches } };
	guint n = reading->known != NULL ? 3 : 2;
	g_autoptr(GPtrArray) results = g_ptr_array_new_with_free_func((GDestroyNotify)db_result_free);
	g_autoptr(GHashTable) excluded = rows_excluded_tables(reading->exclusions, error);

	if (excluded == NULL ||
	    !rows_transaction_send(reading->session, reading->transaction, true, false, n, requests, results, error))
		return false;
	reading->state->transaction = g_strdup(db_result_value(g_ptr_array_index(results, 0), 0, 0));
	reading->counted = db_result_value(g_ptr_array_index(results, 0), 0, 1)[0] == 't';
	if (reading->known != NULL) {
		const DbResult *touched = g_ptr_array_index(results, 2);
		reading->same_transaction = strcmp(reading->known->transaction, reading->state->transaction) == 0;
		for (int row = 0; row < db_result_rows(touched); row++) {
			g_hash_table_add(reading->touched, g_strdup(db_result_value(touched, row, 0)));
			reading->types_changed |= db_result_value(touched, row, 1)[0] == 't';
		}
	}
	sort_out(reading, g_ptr_array_index(results, 1), excluded);
	return true;
}

/* --- Their columns -------------------------------------------------------- */

/* "{1,2}". The caller frees it. */
static char *
list_oids(const Reading *reading)
{
	GString *oids = g_string_new("{");

	for (guint i = 0; i < reading->to_read->len; i++) {
		const RowsTable *table = g_ptr_array_index(reading->to_read, i);
		g_string_append_printf(oids, "%s%s", i > 0 ? "," : "", table->oid);
	}
	g_string_append_c(oids, '}');
	return g_string_free(oids, FALSE);
}

/* The table of the row; rows and tables are both in the order of OIDs. */
static RowsTable *
table_of_row(const Reading *reading, const DbResult *result, int row, guint *position)
{
	const char *oid = db_result_value(result, row, 0);

	while (strcmp(((RowsTable *)g_ptr_array_index(reading->to_read, *position))->oid, oid) != 0)
		(*position)++;
	return g_ptr_array_index(reading->to_read, *position);
}

static void
state_read_take_columns(const Reading *reading, const DbResult *columns)
{
	guint position = 0;

	for (int row = 0; row < db_result_rows(columns); row++) {
		RowsTable *table = table_of_row(reading, columns, row, &position);
		if (rows_is_excluded_column(reading->exclusions, table->schema, table->name,
		                            db_result_value(columns, row, 1)))
			continue;
		RowsColumn column = {
			.name = g_strdup(db_result_value(columns, row, 1)),
			.type = g_strdup(db_result_value(columns, row, 2)),
			.number = g_strdup(db_result_value(columns, row, 5)),
			.type_oid = g_strdup(db_result_value(columns, row, 6)),
		};
		table->has_own_type |= db_result_value(columns, row, 3)[0] == 't';
		table->has_names |= db_result_value(columns, row, 4)[0] == 't';
		g_array_append_val(table->columns, column);
	}
}

static bool
state_read_has_columns(const RowsTable *table, const char *const *names)
{
	for (; *names != NULL; names++)
		if (rows_table_column(table, *names) == NULL)
			return false;
	return true;
}

/* A key of which a column is left out points to no row. */
static void
take_keys(const Reading *reading, const DbResult *keys)
{
	guint position = 0;

	for (int row = 0; row < db_result_rows(keys);) {
		RowsTable *table = table_of_row(reading, keys, row, &position);
		GStrvBuilder *names = g_strv_builder_new();
		for (; row < db_result_rows(keys) && strcmp(db_result_value(keys, row, 0), table->oid) == 0; row++)
			g_strv_builder_add(names, db_result_value(keys, row, 1));
		table->key = g_strv_builder_end(names);
		g_strv_builder_unref(names);
		if (!state_read_has_columns(table, (const char *const *)table->key))
			g_clear_pointer(&table->key, g_strfreev);
	}
}

static bool
read_columns(Reading *reading, GError **error)
{
	static const DbPrepared columns = { DB_OWN_STATEMENTS "rows_columns", columns_sql };
	static const DbPrepared keys = { DB_OWN_STATEMENTS "rows_keys", keys_sql };
	g_autofree char *oids = list_oids(reading);
	const DbRequest requests[] = { { .prepared = &columns, .parameter = oids },
		                       { .prepared = &keys, .parameter = oids } };
	g_autoptr(GPtrArray) results = g_ptr_array_new_with_free_func((GDestroyNotify)db_result_free);

	if (!rows_transaction_send(reading->session, reading->transaction, false, false, G_N_ELEMENTS(requests),
	                           requests, results, error))
		return false;
	state_read_take_columns(reading, g_ptr_array_index(results, 0));
	take_keys(reading, g_ptr_array_index(results, 1));
	return true;
}

/* --- Their checksums ------------------------------------------------------ */

static void
append_sum(DbSession *session, GString *sql, const char *const *names)
{
	g_string_append(sql, ", sum(pg_catalog.hashtextextended(ROW(");
	for (guint i = 0; names[i] != NULL; i++) {
		g_autofree char *quoted = db_session_quote_identifier(session, names[i]);
		g_string_append_printf(sql, "%sx.%s", i > 0 ? ", " : "", quoted);
	}
	/* The hash is of bytes, independent of the database's collation. */
	g_string_append(sql, ")::text COLLATE \"C\", 0))");
}

/* The columns of `as` when the table has them all, and others. */
static GStrv
names_as(const Reading *reading, const RowsTable *table)
{
	const RowsTable *as = reading->as != NULL ? rows_state_table(reading->as, table->identity) : NULL;

	if (as == NULL || !columns_differ(as, table))
		return NULL;
	g_autofree const char **names = rows_table_column_names(as);
	for (guint i = 0; names[i] != NULL; i++)
		if (rows_table_column(table, names[i]) == NULL)
			return NULL;
	return g_strdupv((char **)names);
}

static char *
state_read_make_query(const Reading *reading, const RowsTable *table)
{
	DbSession *session = reading->session;
	GString *sql = g_string_new("SELECT count(*)");
	g_autofree const char **names = rows_table_column_names(table);
	g_autofree char *schema = db_session_quote_identifier(session, table->schema);
	g_autofree char *name = db_session_quote_identifier(session, table->name);

	append_sum(session, sql, names);
	for (guint i = 0; names[i] != NULL; i++)
		append_sum(session, sql, (const char *[]){ names[i], NULL });
	if (table->as_names != NULL)
		append_sum(session, sql, (const char *const *)table->as_names);
	g_string_append_printf(sql, " FROM ONLY %s.%s AS x", schema, name);
	return g_string_free(sql, FALSE);
}

static void
take_sums(RowsTable *table, const DbResult *result)
{
	int column = 0;

	table->n_rows = g_ascii_strtoll(db_result_value(result, 0, column++), NULL, 10);
	table->sum = g_strdup(db_result_value(result, 0, column++));
	for (guint i = 0; i < table->columns->len; i++)
		g_array_index(table->columns, RowsColumn, i).sum = g_strdup(db_result_value(result, 0, column++));
	if (table->as_names != NULL)
		table->as_sum = g_strdup(db_result_value(result, 0, column));
}

static bool
read_sums(Reading *reading, GError **error)
{
	for (guint first = 0; first < reading->to_read->len; first += TABLES_AT_ONCE) {
		g_autoptr(GPtrArray) statements = g_ptr_array_new_with_free_func(g_free);
		g_autoptr(GPtrArray) results = g_ptr_array_new_with_free_func((GDestroyNotify)db_result_free);
		guint end = MIN(first + TABLES_AT_ONCE, reading->to_read->len);
		for (guint i = first; i < end; i++) {
			RowsTable *table = g_ptr_array_index(reading->to_read, i);
			table->as_names = names_as(reading, table);
			if (!table->is_empty)
				g_ptr_array_add(statements, state_read_make_query(reading, table));
		}
		if (!rows_transaction_run(reading->session, reading->transaction, false, end == reading->to_read->len,
		                          statements->len, (const char *const *)statements->pdata, results, error))
			return false;
		/* The sums of no rows are NULL. */
		for (guint i = first, n = 0; i < end; i++) {
			RowsTable *table = g_ptr_array_index(reading->to_read, i);
			if (!table->is_empty)
				take_sums(table, g_ptr_array_index(results, n++));
		}
	}
	return true;
}

/* --- All of it ------------------------------------------------------------ */

/* PostgreSQL reports a session's own changes to the statistics at most once a second; until then they would count as
 * later changes. From 15 on the server can be asked to report them now. */
static bool
report_counters(DbSession *session, GError **error)
{
	return db_session_server_version(session) < 150000 ||
	       db_session_execute(session, "SELECT pg_catalog.pg_stat_force_next_flush()", error);
}

static bool
read_all(Reading *reading, GError **error)
{
	if (db_session_transaction_state(reading->session) == DB_TRANSACTION_IDLE) {
		/* Nothing ties the rows that are known to those of now. */
		reading->known = NULL;
		if (!report_counters(reading->session, error))
			return false;
	}
	if (!list_tables(reading, error))
		return false;
	if (reading->to_read->len == 0)
		return rows_transaction_run(reading->session, reading->transaction, false, true, 0, NULL, NULL, error);
	return read_columns(reading, error) && read_sums(reading, error);
}

static RowsState *
state_read_run(Reading *reading, GError **error)
{
	g_autoptr(RowsState) state = rows_state_new();
	g_autoptr(GPtrArray) to_read = g_ptr_array_new_with_free_func((GDestroyNotify)rows_table_unref);
	g_autoptr(GHashTable) touched = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	reading->transaction = catalog_transaction_choose(reading->session, "read rows", error);
	reading->state = state;
	reading->to_read = to_read;
	reading->touched = touched;
	if (reading->transaction == NULL)
		return NULL;
	if (!read_all(reading, error)) {
		g_prefix_error(error, "could not read the rows of tables: ");
		return NULL;
	}
	for (guint i = 0; i < to_read->len; i++)
		rows_state_add(state, rows_table_ref(g_ptr_array_index(to_read, i)));
	state->n_read = to_read->len;
	rows_state_sort(state);
	return g_steal_pointer(&state);
}

RowsState *
rows_state_read(DbSession *session, const CatalogExclusions *exclusions, GError **error)
{
	Reading reading = { .session = session, .exclusions = exclusions };

	return state_read_run(&reading, error);
}

RowsState *
rows_state_read_as(DbSession *session, const RowsState *before, GError **error)
{
	Reading reading = { .session = session, .only = before, .as = before };

	return state_read_run(&reading, error);
}

RowsState *
rows_state_update_known(DbSession *session, const RowsState *known, GError **error)
{
	Reading reading = { .session = session, .only = known, .known = known };

	return state_read_run(&reading, error);
}

RowsState *
rows_state_update(DbSession *session, const RowsState *known, const RowsState *as, const CatalogExclusions *exclusions,
                  GError **error)
{
	Reading reading = { .session = session, .exclusions = exclusions, .known = known, .as = as };

	return state_read_run(&reading, error);
}
