/* Updates that are rolled back show what triggers write. */
#include "rows/state/triggers.h"

#include "catalog/identity.h"
#include "catalog/list.h"
#include "rows/state/queries.h"
#include "rows/state/sql.h"
#include "rows/state/state_private.h"

#include <string.h>

/* Rows of a table that are updated, and among which another value is looked for. */
#define TRIGGERS_ROWS  "20"
#define TRIGGERS_STOCK "200"

#define TRIGGERS_ON_UPDATE                                                                                             \
	" FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid"                                \
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"                                                    \
	" WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgtype::integer & 16 <> 0 AND c.relkind = 'r'"

static const char triggers_any_sql[] = "SELECT EXISTS (SELECT" TRIGGERS_ON_UPDATE ")";

/* What the session has written to the tables of these OIDs, rolled back or not, and their files; NULL: the server does
 * not count. */
static const char triggers_counters_sql[] =
    "SELECT CASE WHEN pg_catalog.current_setting('track_counts') = 'on' THEN "
    "pg_catalog.string_agg(pg_catalog.concat_ws(' ',"
    " pg_catalog.pg_stat_get_xact_tuples_inserted(o), pg_catalog.pg_stat_get_xact_tuples_updated(o),"
    " pg_catalog.pg_stat_get_xact_tuples_deleted(o), pg_catalog.pg_relation_filenode(o)), ',') END"
    " FROM pg_catalog.unnest($1::pg_catalog.oid[]) o";

static const char triggers_tables_sql[] =
    "SELECT DISTINCT c.oid, n.nspname, c.relname, pg_catalog.format('%I.%I', n.nspname, c.relname)" TRIGGERS_ON_UPDATE
    " ORDER BY c.oid";

/* Those that an UPDATE may set. */
static const char triggers_columns_sql[] =
    "SELECT a.attname, pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_attribute a"
    " WHERE a.attrelid = $1::pg_catalog.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
    " AND a.attidentity <> 'a' ORDER BY a.attnum";

/* One call. */
typedef struct {
	DbSession *session;
	const RowsState *before;
	const GPtrArray *differences; /* that are to be explained */
	GHashTable *wanted;           /* what is written that would explain some; keys like those of `written` */
	const RowsState *base;        /* the rows of the tables of these before each update */
	char *oids;                   /* of these tables, as an array */
	char *counters;               /* what has been written to them, or NULL */
	GHashTable *written;          /* names of columns that triggers write, and of tables that get rows so */
} Triggers;

/* A table that has triggers on UPDATE. */
typedef struct {
	char *identity;
	const char *quoted;
	const DbResult *columns;
} TriggersTable;

static char *
triggers_key(const char *table, const char *column)
{
	return column != NULL ? g_strconcat(table, "\n", column, NULL) : g_strdup(table);
}

static bool
triggers_write(const Triggers *triggers, const char *table, const char *column)
{
	g_autofree char *key = triggers_key(table, column);

	return g_hash_table_contains(triggers->written, key);
}

/* --- Explanations of differences -------------------------------------------------- */

static bool
triggers_explain(const Triggers *triggers, const RowsDifference *difference)
{
	if (difference->kind == ROWS_NUMBER)
		return difference->rows_after > difference->rows_before &&
		       triggers_write(triggers, difference->table, NULL);
	if (difference->kind != ROWS_CONTENT || difference->columns_differ[0] == NULL)
		return false;
	for (char **column = difference->columns_differ; *column != NULL; column++)
		if (!triggers_write(triggers, difference->table, *column))
			return false;
	return true;
}

/* Whether more trials could explain more. */
static bool
triggers_found_all(const Triggers *triggers)
{
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, triggers->wanted);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		if (!g_hash_table_contains(triggers->written, key))
			return false;
	return true;
}

/* Whether the lost rows agree with the checksums: no other change has been made to them. */
static bool
triggers_bear_out(const Triggers *triggers, const RowsDifference *difference, const GPtrArray *losses)
{
	bool added = false;

	for (guint i = 0; losses != NULL && i < losses->len; i++) {
		const RowsLoss *loss = g_ptr_array_index(losses, i);
		if (strcmp(loss->table, difference->table) != 0)
			continue;
		added |= loss->kind == ROWS_ADDED;
		if (difference->kind == ROWS_NUMBER
		        ? loss->kind != ROWS_ADDED
		        : loss->kind == ROWS_VALUES_DIFFER && !triggers_write(triggers, loss->table, loss->column))
			return false;
	}
	return added || difference->kind != ROWS_NUMBER;
}

/* --- Trials ------------------------------------------------------------------------ */

/* Records all changes except that of the column that was set. */
static bool
triggers_observe(Triggers *triggers, const char *table, const char *set, GError **error)
{
	g_autoptr(RowsState) now = rows_state_update_known(triggers->session, triggers->base, error);

	if (now == NULL)
		return false;
	g_autoptr(GPtrArray) changes = rows_state_compare(triggers->base, now);
	for (guint i = 0; i < changes->len; i++) {
		const RowsDifference *change = g_ptr_array_index(changes, i);
		bool own = strcmp(change->table, table) == 0;
		if (change->kind == ROWS_NUMBER && change->rows_after > change->rows_before)
			g_hash_table_add(triggers->written, triggers_key(change->table, NULL));
		for (char **column = change->columns_differ; change->kind == ROWS_CONTENT && *column != NULL; column++)
			if (!own || g_strcmp0(*column, set) != 0)
				g_hash_table_add(triggers->written, triggers_key(change->table, *column));
	}
	return true;
}

/* Whether something was written, since the last call, to tables that a difference is of. */
static bool
triggers_have_written(Triggers *triggers, bool *ret_written, GError **error)
{
	static const DbPrepared counters = { DB_OWN_STATEMENTS "triggers_counters", triggers_counters_sql };
	const DbRequest request = { .prepared = &counters, .parameter = triggers->oids };
	DbResult *result = NULL;

	if (!db_session_pipeline_requests(triggers->session, 1, &request, &result, error))
		return false;
	char *now = g_strdup(db_result_value(result, 0, 0));
	*ret_written = now == NULL || g_strcmp0(now, triggers->counters) != 0;
	g_free(triggers->counters);
	triggers->counters = now;
	db_result_free(result);
	return true;
}

/* An update that the server refuses shows nothing. `set`: the column that gets another value, or NULL. */
static bool
triggers_try(Triggers *triggers, const TriggersTable *table, const char *assignments, const char *set, GError **error)
{
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) rows = NULL;
	bool written = false;
	g_autofree char *sql = g_strdup_printf("UPDATE ONLY %s AS t SET %s WHERE t.ctid = ANY (ARRAY("
	                                       "SELECT x.ctid FROM ONLY %s AS x LIMIT " TRIGGERS_ROWS "))",
	                                       table->quoted, assignments, table->quoted);

	if (!rows_try(triggers->session, sql, &rows, &refusal, error) ||
	    !triggers_have_written(triggers, &written, error))
		return false;
	if (refusal.message != NULL)
		return true;
	return (!written || triggers_observe(triggers, table->identity, set, error)) &&
	       db_session_execute(triggers->session, "ROLLBACK TO SAVEPOINT pgassay_update", error);
}

/* Triggers that look for a change see none then. */
static bool
triggers_try_same(Triggers *triggers, const TriggersTable *table, GError **error)
{
	g_autoptr(GString) assignments = g_string_new(NULL);

	for (int row = 0; row < db_result_rows(table->columns); row++) {
		const char *column = db_result_value(table->columns, row, 1);
		g_string_append_printf(assignments, "%s%s = t.%s", row > 0 ? ", " : "", column, column);
	}
	return assignments->len == 0 || triggers_try(triggers, table, assignments->str, NULL, error);
}

static bool
triggers_try_columns(Triggers *triggers, const TriggersTable *table, GError **error)
{
	for (int row = 0; row < db_result_rows(table->columns) && !triggers_found_all(triggers); row++) {
		const char *column = db_result_value(table->columns, row, 1);
		g_autofree char *assignment = g_strdup_printf(
		    "%s = (SELECT x.v FROM (SELECT y.%s AS v FROM ONLY %s AS y LIMIT " TRIGGERS_STOCK
		    ") AS x WHERE x.v IS DISTINCT FROM t.%s LIMIT 1)",
		    column, column, table->quoted, column);
		if (!triggers_try(triggers, table, assignment, db_result_value(table->columns, row, 0), error))
			return false;
	}
	return true;
}

static bool
triggers_try_table(Triggers *triggers, const DbResult *tables, int row, GError **error)
{
	g_autofree char *identity = catalog_identity_join(db_result_value(tables, row, 1), NULL,
	                                                  db_result_value(tables, row, 2));
	g_autofree char *sql = g_strdup_printf("SELECT EXISTS (SELECT FROM ONLY %s)", db_result_value(tables, row, 3));
	g_autofree char *has_rows = NULL;

	/* Of other tables a migration may not even be shown the rows. */
	if (rows_state_rows(triggers->before, identity) < 0)
		return true;
	has_rows = db_session_query_value(triggers->session, error, sql, NULL);
	if (has_rows == NULL || has_rows[0] == 'f')
		return has_rows != NULL;
	g_autoptr(DbResult) columns = db_session_query(triggers->session, error, triggers_columns_sql,
	                                               db_result_value(tables, row, 0), NULL);
	const TriggersTable table = { .identity = identity,
		                      .quoted = db_result_value(tables, row, 3),
		                      .columns = columns };
	return columns != NULL && triggers_try_same(triggers, &table, error) &&
	       triggers_try_columns(triggers, &table, error);
}

static bool
triggers_find(Triggers *triggers, GError **error)
{
	g_autoptr(DbResult) tables = db_session_query(triggers->session, error, triggers_tables_sql, NULL);

	for (int row = 0; tables != NULL && row < db_result_rows(tables) && !triggers_found_all(triggers); row++)
		if (!triggers_try_table(triggers, tables, row, error))
			return false;
	return tables != NULL;
}

/* --- All ----------------------------------------------------------------------------- */

static void
triggers_ask(GPtrArray *keys, GString *json, const RowsState *before, const char *table, const char *column)
{
	const RowsTable *found = rows_state_table(before, table);
	const char *const names[] = { found->schema, found->name, column, NULL };
	g_autofree char *list = catalog_list_format(names);

	g_string_append_printf(json, "%s%s", keys->len > 0 ? ", " : "", list);
	g_ptr_array_add(keys, triggers_key(table, column));
}

/* Keys of all that would explain something, and the same for sql/trigger_code.sql. */
static GPtrArray *
triggers_list_questions(const RowsState *before, const GPtrArray *differences, GString *json)
{
	GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < differences->len; i++) {
		const RowsDifference *difference = g_ptr_array_index(differences, i);
		if (difference->kind == ROWS_NUMBER && difference->rows_after > difference->rows_before)
			triggers_ask(keys, json, before, difference->table, NULL);
		for (char **column = difference->columns_differ; difference->kind == ROWS_CONTENT && *column != NULL;
		     column++)
			triggers_ask(keys, json, before, difference->table, *column);
	}
	return keys;
}

/* Fills the set with what a trigger may have written. */
static bool
triggers_find_wanted(DbSession *session, const RowsState *before, const GPtrArray *differences, GHashTable *wanted,
                     GError **error)
{
	g_autoptr(GString) json = g_string_new("[");
	g_autoptr(GPtrArray) keys = triggers_list_questions(before, differences, json);
	g_autofree char *any = NULL;

	if (keys->len == 0)
		return true;
	any = db_session_query_value(session, error, triggers_any_sql, NULL);
	if (any == NULL || any[0] == 'f')
		return any != NULL;
	g_string_append_c(json, ']');
	g_autoptr(DbResult) possible = db_session_query(session, error, rows_sql_trigger_code, json->str, NULL);
	for (int row = 0; possible != NULL && row < db_result_rows(possible); row++)
		if (db_result_value(possible, row, 0)[0] == 't')
			g_hash_table_add(wanted, g_strdup(g_ptr_array_index(keys, (guint)row)));
	return possible != NULL;
}

bool
rows_triggers_may_explain(DbSession *session, const RowsState *before, const GPtrArray *differences, bool *ret_may,
                          GError **error)
{
	g_autoptr(GHashTable) wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	if (!triggers_find_wanted(session, before, differences, wanted, error))
		return false;
	*ret_may = g_hash_table_size(wanted) > 0;
	return true;
}

/* The rest of a difference that triggers explain in part. */
static void
triggers_take_columns_out(const Triggers *triggers, RowsDifference *difference, GPtrArray *losses)
{
	g_autoptr(GStrvBuilder) left = g_strv_builder_new();

	for (char **column = difference->columns_differ; difference->kind == ROWS_CONTENT && *column != NULL; column++)
		if (!triggers_write(triggers, difference->table, *column))
			g_strv_builder_add(left, *column);
	g_auto(GStrv) columns = g_strv_builder_end(left);
	if (columns[0] == NULL)
		return;
	g_strfreev(difference->columns_differ);
	difference->columns_differ = g_steal_pointer(&columns);
	for (guint i = losses != NULL ? losses->len : 0; i > 0; i--) {
		const RowsLoss *loss = g_ptr_array_index(losses, i - 1);
		if (loss->kind == ROWS_VALUES_DIFFER && strcmp(loss->table, difference->table) == 0 &&
		    triggers_write(triggers, loss->table, loss->column))
			g_ptr_array_remove_index(losses, i - 1);
	}
}

static char *
triggers_take_out(const Triggers *triggers, GPtrArray *differences, GPtrArray *losses)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < differences->len;) {
		RowsDifference *difference = g_ptr_array_index(differences, i);
		if (!triggers_explain(triggers, difference) || !triggers_bear_out(triggers, difference, losses)) {
			triggers_take_columns_out(triggers, difference, losses);
			i++;
			continue;
		}
		g_autofree char *line = rows_difference_describe(difference);
		g_string_append_printf(text, "%s%s: triggers write that on UPDATE", text->len > 0 ? "\n" : "", line);
		g_ptr_array_remove_index(differences, i);
	}
	return g_string_free(text, text->len == 0);
}

/* The tables of `before` that something is wanted of. */
static RowsState *
triggers_list_tables(const Triggers *triggers)
{
	RowsState *tables = rows_state_new();
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, triggers->wanted);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		g_autofree char *name = g_strndup(key, strcspn(key, "\n"));
		RowsTable *table = g_hash_table_lookup(triggers->before->by_name, name);
		if (rows_state_table(tables, name) == NULL)
			rows_state_add(tables, rows_table_ref(table));
	}
	rows_state_sort(tables);
	return tables;
}

static char *
triggers_list_oids(const RowsState *state)
{
	GString *oids = g_string_new("{");

	for (guint i = 0; i < state->tables->len; i++)
		g_string_append_printf(oids, "%s%s", i > 0 ? "," : "",
		                       ((const RowsTable *)g_ptr_array_index(state->tables, i))->oid);
	g_string_append_c(oids, '}');
	return g_string_free(oids, FALSE);
}

/* In a transaction that is rolled back. */
static bool
triggers_run(Triggers *triggers, GError **error)
{
	g_autoptr(RowsState) tables = triggers_list_tables(triggers);
	bool written = false;

	if (!db_session_execute(triggers->session, "BEGIN", error))
		return false;
	g_autoptr(RowsState) base = rows_state_read_as(triggers->session, tables, error);
	if (base == NULL)
		return false;
	triggers->base = base;
	triggers->oids = triggers_list_oids(base);
	bool done = db_session_execute(triggers->session, "SAVEPOINT pgassay_update", error) &&
	            triggers_have_written(triggers, &written, error) && triggers_find(triggers, error);
	g_free(triggers->oids);
	g_free(triggers->counters);
	return done && db_session_execute(triggers->session, "ROLLBACK", error);
}

bool
rows_triggers_leave_out(DbSession *session, const RowsState *before, GPtrArray *differences, GPtrArray *losses,
                        char **ret_left_out, GError **error)
{
	g_autoptr(GHashTable) written = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Triggers triggers = {
		.session = session, .before = before, .differences = differences, .wanted = wanted, .written = written
	};

	*ret_left_out = NULL;
	if (!triggers_find_wanted(session, before, differences, wanted, error))
		return false;
	if (g_hash_table_size(wanted) == 0)
		return true;
	if (!triggers_run(&triggers, error))
		return false;
	*ret_left_out = triggers_take_out(&triggers, differences, losses);
	return true;
}
