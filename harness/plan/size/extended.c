/* Gives the statistics objects of a size to the server. Its own functions do not accept such statistics (up to 18),
 * and their types have no text input: they get the bytes, through casts that exist for one statement. */
#include "plan/size/extended.h"
#include "plan/size/sql.h"

#include "base/error.h"

#include <string.h>

#define EXTENDED_COMMON_MAX 10000 /* STATS_MCVLIST_MAX_ITEMS */

static const char *const extended_types[] = { "pg_ndistinct", "pg_dependencies", "pg_mcv_list" };

/* All objects that get something. */
typedef struct {
	PlanImport *import;
	GString *json;        /* rows of import_extended.sql */
	GString *expressions; /* rows of import_statistic.sql */
	GString *oids;        /* of the objects that have these, as an array */
} ExtendedWork;

static void
extended_work_clear(ExtendedWork *work)
{
	g_string_free(work->json, TRUE);
	g_string_free(work->expressions, TRUE);
	g_string_free(work->oids, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ExtendedWork, extended_work_clear)

static bool
extended_collects(const PlanExtended *object, char kind)
{
	return strchr(object->kinds, kind) != NULL;
}

/* --- Expressions ------------------------------------------------------------------------ */

static char *
extended_view_sql(DbSession *session, const PlanTable *table, const PlanExtended *object)
{
	g_autofree char *schema = db_session_quote_identifier(session, table->schema);
	g_autofree char *name = db_session_quote_identifier(session, table->name);
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; object->expressions[i] != NULL; i++)
		g_string_append_printf(list, "%s(%s) AS e%u", i > 0 ? ", " : "", object->expressions[i], i);
	return g_strdup_printf("SAVEPOINT pgassay_values; CREATE TEMP VIEW pgassay_expressions AS SELECT %s FROM ONLY "
	                       "%s.%s",
	                       list->str, schema, name);
}

/* Which type an expression has, nothing in the catalog says; a column of a view has it, too. */
static bool
extended_read_expressions(PlanImport *import, const PlanTable *table, PlanExtended *object, GError **error)
{
	DbSession *session = import->session;

	if (object->columns->len > 0 || object->expressions[0] == NULL)
		return true;
	g_autofree char *sql = extended_view_sql(session, table, object);
	g_autofree char *oid = NULL;
	g_autoptr(GPtrArray) columns = NULL;
	if (db_session_execute(session, sql, error))
		oid = db_session_query_value(session, error,
		                             "SELECT ARRAY['pg_temp.pgassay_expressions'::pg_catalog.regclass::"
		                             "pg_catalog.oid]",
		                             NULL);
	if (oid != NULL)
		columns = plan_catalog_read_columns(session, oid, error);
	if (columns == NULL ||
	    !db_session_execute(session, "ROLLBACK TO SAVEPOINT pgassay_values; RELEASE SAVEPOINT pgassay_values",
	                        error))
		return false;
	for (guint i = 0; i < columns->len; i++) {
		PlanColumn *column = g_ptr_array_index(columns, i);
		g_free(column->name);
		column->name = g_strdup(object->expressions[i]);
		column->target = object->target;
	}
	g_ptr_array_extend_and_steal(object->columns, g_steal_pointer(&columns));
	return true;
}

static bool
extended_add_expressions(ExtendedWork *work, const PlanExtended *object, const PlanExtendedSize *size, GError **error)
{
	if (size->expressions->len == 0 || !extended_collects(object, 'e'))
		return true;
	g_string_append_printf(work->oids, "%s%u", work->oids->len > 1 ? "," : "", object->oid);
	return plan_import_operators(work->import, error) &&
	       plan_import_expressions(work->import, work->expressions, object, size->expressions, error);
}

/* --- Combinations ----------------------------------------------------------------------- */

static const PlanColumn *
extended_column(const PlanTable *table, const PlanExtended *object, gint number)
{
	const GPtrArray *columns = number < 0 ? object->columns : table->columns;

	for (guint i = 0; i < columns->len; i++) {
		const PlanColumn *column = g_ptr_array_index(columns, i);
		if (column->number == (guint)ABS(number))
			return column;
	}
	return NULL;
}

/* The number of combinations that the next ANALYZE would keep. */
static guint
extended_limit(const PlanTable *table, const PlanExtended *object, const PlanExtendedSize *size)
{
	gint target = object->target;

	for (guint i = 0; object->target < 0 && i < object->numbers->len; i++) {
		const PlanColumn *column = extended_column(table, object,
		                                           (gint)g_array_index(object->numbers, guint, i));
		target = column != NULL ? MAX(target, column->target) : target;
	}
	guint n = MIN(size->most_common->len, EXTENDED_COMMON_MAX);
	return target >= 0 ? MIN(n, (guint)target) : n;
}

/* The place of each column of the server among those of the size. */
static guint
extended_place(const PlanExtendedSize *size, gint number)
{
	guint i = 0;

	while (g_array_index(size->numbers, gint, i) != number)
		i++;
	return i;
}

static bool
extended_pack_column(ExtendedWork *work, const PlanColumn *column, const PlanExtendedSize *size, guint place, guint n,
                     PlanPackedColumn *packed, char **ret_reason, GError **error)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new();

	for (guint i = 0; i < n; i++) {
		const PlanCombination *combination = g_ptr_array_index(size->most_common, i);
		g_ptr_array_add(texts, g_ptr_array_index(combination->values, place));
	}
	return plan_extended_values(work->import, column, texts, packed, ret_reason, error);
}

/* The bytes of the combinations; *ret_bytes stays NULL where there are none. */
static bool
extended_pack_common(ExtendedWork *work, const PlanTable *table, const PlanExtended *object,
                     const PlanExtendedSize *size, GByteArray **ret_bytes, GError **error)
{
	guint n = extended_limit(table, object, size);
	guint n_columns = size->numbers->len;
	g_autofree PlanPackedColumn *columns = g_new0(PlanPackedColumn, n_columns);
	g_autofree char *reason = NULL;
	bool done = true;

	if (n == 0 || !extended_collects(object, 'm'))
		return true;
	for (guint i = 0; done && reason == NULL && i < n_columns; i++) {
		gint number = i < object->numbers->len ? (gint)g_array_index(object->numbers, guint, i)
		                                       : -(gint)(i - object->numbers->len + 1);
		done = extended_pack_column(work, extended_column(table, object, number), size,
		                            extended_place(size, number), n, &columns[i], &reason, error);
	}
	if (done && reason == NULL)
		*ret_bytes = plan_extended_pack_common(size->most_common, n, columns, n_columns);
	for (guint i = 0; i < n_columns; i++)
		plan_packed_column_clear(&columns[i]);
	if (reason != NULL)
		g_ptr_array_add(work->import->notes,
		                g_strdup_printf("the most common combinations of %s were left out, all of them: %s",
		                                object->identity, reason));
	return done;
}

/* --- All of it --------------------------------------------------------------------------- */

static void
extended_append_bytes(GString *json, const char *key, GByteArray *bytes)
{
	if (bytes == NULL)
		return;
	g_string_append_printf(json, ",\"%s\":\"", key);
	for (guint i = 0; i < bytes->len; i++)
		g_string_append_printf(json, "%02x", bytes->data[i]);
	g_string_append_c(json, '"');
	g_byte_array_unref(bytes);
}

/* Adds the statistics that the object collects at this moment, as ANALYZE does. */
static bool
extended_add(ExtendedWork *work, const PlanTable *table, PlanExtended *object, const PlanExtendedSize *size,
             GError **error)
{
	GString *json = work->json;
	GByteArray *common = NULL;

	if (object->target == 0)
		return true;
	if (!extended_read_expressions(work->import, table, object, error) ||
	    !extended_pack_common(work, table, object, size, &common, error))
		return false;
	g_string_append_printf(json, "%s{\"object\":%u,\"inherited\":%s", json->len > 1 ? "," : "", object->oid,
	                       table->kind == 'p' ? "true" : "false");
	if (size->distinct->len > 0 && extended_collects(object, 'd'))
		extended_append_bytes(json, "distinct", plan_extended_pack_distinct(size->distinct, size->numbers));
	if (size->dependencies->len > 0 && extended_collects(object, 'f'))
		extended_append_bytes(json, "dependencies",
		                      plan_extended_pack_dependencies(size->dependencies, size->numbers));
	extended_append_bytes(json, "most_common", common);
	g_string_append_c(json, '}');
	return extended_add_expressions(work, object, size, error);
}

static PlanExtended *
extended_find(const PlanTable *table, guint oid)
{
	for (guint i = 0; oid != 0 && i < table->extended->len; i++) {
		PlanExtended *object = g_ptr_array_index(table->extended, i);
		if (object->oid == oid)
			return object;
	}
	return NULL;
}

static bool
extended_add_table(ExtendedWork *work, const PlanTable *table, const PlanTableSize *size, GError **error)
{
	for (guint i = 0; i < size->extended->len; i++) {
		const PlanExtendedSize *one = g_ptr_array_index(size->extended, i);
		PlanExtended *object = extended_find(table, one->oid);
		if (object != NULL && !extended_add(work, table, object, one, error))
			return false;
	}
	return true;
}

/* Creates casts from bytea to the types of statistics. No query may see them, because they could change its meaning. */
static bool
extended_casts(DbSession *session, bool create, GError **error)
{
	g_autoptr(GString) sql = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(extended_types); i++)
		g_string_append_printf(sql, "%s CAST (pg_catalog.bytea AS pg_catalog.%s)%s;",
		                       create ? "CREATE" : "DROP", extended_types[i],
		                       create ? " WITHOUT FUNCTION" : "");
	return db_session_execute(session, sql->str, error);
}

/* Event triggers of the database must not fire for our temporary casts and views. Without event triggers nothing is
 * set, because that would make the session discard its plans. */
static bool
extended_silence(DbSession *session, const char *role, GError **error)
{
	g_autoptr(DbResult) result = db_session_query(session, error,
	                                              "SELECT pg_catalog.set_config('session_replication_role', $1, "
	                                              "true) FROM (SELECT FROM pg_catalog.pg_event_trigger LIMIT 1) t",
	                                              role, NULL);

	return result != NULL;
}

static bool
extended_send(DbSession *session, const DbPrepared *prepared, const char *parameter, GError **error)
{
	const DbRequest request = { .prepared = prepared, .parameter = parameter };
	g_autoptr(DbResult) result = NULL;

	return db_session_pipeline_requests(session, 1, &request, &result, error);
}

static bool
extended_send_all(const ExtendedWork *work, GError **error)
{
	static const DbPrepared insert = { DB_OWN_STATEMENTS "plan_import_extended", plan_sql_import_extended };
	static const DbPrepared update = { DB_OWN_STATEMENTS "plan_import_extended_14", plan_sql_import_extended_14 };
	static const DbPrepared rows = { DB_OWN_STATEMENTS "plan_import_expression_rows", plan_sql_import_statistic };
	static const DbPrepared expressions = { DB_OWN_STATEMENTS "plan_import_expressions",
		                                plan_sql_import_expressions };
	DbSession *session = work->import->session;
	bool by_analyze = db_session_server_version(session) >= 150000;

	if (!extended_casts(session, true, error) ||
	    !extended_send(session, by_analyze ? &insert : &update, work->json->str, error) ||
	    !extended_casts(session, false, error))
		return false;
	return strcmp(work->oids->str, "{}") == 0 || (extended_send(session, &rows, work->expressions->str, error) &&
	                                              extended_send(session, &expressions, work->oids->str, error));
}

static bool
extended_is_wanted(const PlanImport *import)
{
	for (guint i = 0; i < import->size->tables->len; i++)
		if (((const PlanTableSize *)g_ptr_array_index(import->size->tables, i))->extended->len > 0)
			return true;
	return false;
}

bool
plan_import_extended(PlanImport *import, GError **error)
{
	g_auto(ExtendedWork) work = {
		.import = import, .json = g_string_new("["), .expressions = g_string_new("["), .oids = g_string_new("{")
	};

	if (!extended_is_wanted(import))
		return true;
	if (!extended_silence(import->session, "replica", error))
		return false;
	for (guint i = 0; i < import->catalog->tables->len; i++) {
		const PlanTable *table = g_ptr_array_index(import->catalog->tables, i);
		const PlanTableSize *size = g_hash_table_lookup(import->sized, GUINT_TO_POINTER(table->oid));
		if (size != NULL && size->oid == table->oid && !extended_add_table(&work, table, size, error))
			return false;
	}
	g_string_append_c(work.json, ']');
	g_string_append_c(work.expressions, ']');
	g_string_append_c(work.oids, '}');
	return (work.json->len == 2 || extended_send_all(&work, error)) &&
	       extended_silence(import->session, "origin", error);
}
