/* Statistics of columns, as rows of JSON; import_statistic.sql and restore_statistic.sql use them. */
#include "plan/catalog/array.h"
#include "plan/catalog/kind.h"
#include "plan/size/import.h"

#include "base/error.h"

#include <string.h>

/* As ANALYZE with the default target. */
#define COLUMN_BOUNDS 101

double
plan_import_width(const PlanColumn *column, const GPtrArray *sizes)
{
	for (guint i = 0; sizes != NULL && i < sizes->len; i++) {
		const PlanColumnSize *size = g_ptr_array_index(sizes, i);
		if (size->number == column->number && size->width >= 0)
			return size->width;
	}
	return column->width;
}

/* --- JSON ----------------------------------------------------------------------- */

static void
column_append_text(GString *json, const char *key, const char *text)
{
	if (text == NULL)
		return;
	g_string_append_printf(json, ",\"%s\":\"", key);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			g_string_append_c(json, '\\');
		if ((guchar)*text < ' ')
			g_string_append_printf(json, "\\u%04x", (guint)(guchar)*text);
		else
			g_string_append_c(json, *text);
	}
	g_string_append_c(json, '"');
}

static void
column_append_number(GString *json, const char *key, double number)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	g_string_append_printf(json, ",\"%s\":%s", key, g_ascii_dtostr(text, sizeof text, number));
}

/* --- Values ----------------------------------------------------------------------- */

/* Runs a SELECT of one text whose values may not fit their type; then *ret_text is NULL, and *ret_reason says why. */
static bool
column_ask_server(DbSession *session, const char *sql, char **ret_text, char **ret_reason, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(DbResult) rows = NULL;

	if (!db_session_execute(session, "SAVEPOINT pgassay_values", error))
		return false;
	rows = db_session_query(session, &cause, sql, NULL);
	if (rows == NULL && db_session_transaction_state(session) == DB_TRANSACTION_FAILED) {
		*ret_reason = g_strdup(db_session_diagnostic(session)->message);
		return db_session_execute(session, "ROLLBACK TO SAVEPOINT pgassay_values", error);
	}
	if (rows == NULL) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	*ret_text = g_strdup(db_result_value(rows, 0, 0));
	return db_session_execute(session, "RELEASE SAVEPOINT pgassay_values", error);
}

/* The same, with a cache of the answers about values of PostgreSQL's own types. */
static bool
column_ask(const PlanImport *import, PlanKind kind, const char *sql, char **ret_text, char **ret_reason, GError **error)
{
	const char *known = g_hash_table_lookup(import->values, sql);

	*ret_text = g_strdup(known);
	if (known == NULL && !column_ask_server(import->session, sql, ret_text, ret_reason, error))
		return false;
	if (known == NULL && *ret_text != NULL && kind != PLAN_KIND_OTHER)
		g_hash_table_insert(import->values, g_strdup(sql), g_strdup(*ret_text));
	return true;
}

/* Values between two others, evenly spread. */
static char *
column_spread_sql(DbSession *session, const char *type, const char *min, const char *max)
{
	g_autofree char *low = db_session_quote_literal(session, min);
	g_autofree char *high = db_session_quote_literal(session, max);

	if (plan_kind_of(type) == PLAN_KIND_TIME)
		return g_strdup_printf("SELECT pg_catalog.array_agg(DISTINCT (%s::timestamptz + (%s::timestamptz - "
		                       "%s::timestamptz) * (i / 100.0::float8))::%s)::text FROM "
		                       "pg_catalog.generate_series(0, 100) i",
		                       low, high, low, type);
	return g_strdup_printf("SELECT pg_catalog.array_agg(DISTINCT (%s::numeric + (%s::numeric - %s::numeric) * i / "
	                       "100)::%s)::text FROM pg_catalog.generate_series(0, 100) i",
	                       low, high, low, type);
}

/* The same values as ones of the type, in its order where they have one. */
static char *
column_convert_sql(DbSession *session, const char *type, const char *values, bool sorted)
{
	g_autofree char *literal = db_session_quote_literal(session, values);

	if (sorted)
		return g_strdup_printf(
		    "SELECT pg_catalog.array_agg(v ORDER BY v)::text FROM pg_catalog.unnest(%s::text::%s[]) v", literal,
		    type);
	return g_strdup_printf("SELECT pg_catalog.array_agg(v ORDER BY n)::text FROM pg_catalog.unnest(%s::text::%s[]) "
	                       "WITH ORDINALITY AS u (v, n)",
	                       literal, type);
}

/* Bounds of values that are like hashes: of columns by hand for which there is nothing better. */
static char *
column_hash_bounds(PlanKind kind)
{
	g_autoptr(GPtrArray) bounds = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < COLUMN_BOUNDS; i++) {
		guint32 head = (guint32)((guint64)0xffffffffU * i / (COLUMN_BOUNDS - 1));
		g_ptr_array_add(bounds, kind == PLAN_KIND_UUID
		                            ? g_strdup_printf("%08x-0000-4000-8000-000000000000", head)
		                            : g_strdup_printf("%08x", head));
	}
	return plan_array_join(bounds);
}

typedef struct {
	PlanImport *import;
	GString *json;
	guint relation;
	const char *owner; /* of the column, for people */
	bool inherited;
	bool by_hand;
	double rows;
} ColumnWork;

static void
column_leave_out(const ColumnWork *work, const PlanColumnSize *size, const char *reason)
{
	g_ptr_array_add(work->import->notes,
	                g_strdup_printf("the statistics of column %s.%s were left out, all of them: %s", work->owner,
	                                size->name, reason));
}

/* The parts of a column's values that were generated, or adapted to its type. */
typedef struct {
	char *most_common;
	char *bounds;
	char *reason; /* why they cannot be had */
} ColumnValues;

static void
column_values_clear(ColumnValues *values)
{
	g_free(values->most_common);
	g_free(values->bounds);
	g_free(values->reason);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ColumnValues, column_values_clear)

static bool
column_make_bounds(const ColumnWork *work, const PlanColumn *column, const PlanColumnSize *size, ColumnValues *values,
                   GError **error)
{
	PlanKind kind = plan_kind_of(column->type);
	DbSession *session = work->import->session;
	g_autofree char *sql = NULL;

	if (size->min != NULL && (kind == PLAN_KIND_NUMBER || kind == PLAN_KIND_TIME))
		sql = column_spread_sql(session, column->type, size->min, size->max);
	else if (size->min != NULL)
		values->reason = g_strdup_printf(
		    "between \"min\" and \"max\" nothing can be spread evenly in type %s: write "
		    "\"bounds\"",
		    column->type);
	else if (work->by_hand && size->most_common == NULL && (kind == PLAN_KIND_UUID || kind == PLAN_KIND_TEXT))
		values->bounds = column_hash_bounds(kind);
	else if (work->by_hand && size->most_common == NULL && kind == PLAN_KIND_NUMBER && size->distinct != 0) {
		double n = size->distinct < 0 ? -size->distinct * work->rows : size->distinct;
		g_autofree char *max = g_strdup_printf("%.0f", MAX(n, 1));
		sql = column_spread_sql(session, column->type, "1", max);
	}
	return sql == NULL || column_ask(work->import, kind, sql, &values->bounds, &values->reason, error);
}

/* Converts values of another type, or values written by hand. */
static bool
column_convert(const ColumnWork *work, const PlanColumn *column, const PlanColumnSize *size, ColumnValues *values,
               GError **error)
{
	DbSession *session = work->import->session;
	PlanKind kind = plan_kind_of(column->type);

	if (size->most_common != NULL) {
		g_autofree char *sql = column_convert_sql(session, column->type, size->most_common, false);
		if (!column_ask(work->import, kind, sql, &values->most_common, &values->reason, error))
			return false;
	}
	if (values->reason == NULL && size->bounds != NULL) {
		g_autofree char *sql = column_convert_sql(session, column->type, size->bounds, true);
		if (!column_ask(work->import, kind, sql, &values->bounds, &values->reason, error))
			return false;
	}
	return values->reason != NULL || size->bounds != NULL || column_make_bounds(work, column, size, values, error);
}

/* ALTER COLUMN ... SET STATISTICS decides how much the next ANALYZE keeps. */
static void
column_cut(const PlanColumn *column, ColumnValues *values, char **shares)
{
	if (column->target < 0)
		return;
	char *common = values->most_common != NULL ? plan_array_head(values->most_common, (guint)column->target) : NULL;
	char *share = *shares != NULL ? plan_array_head(*shares, (guint)column->target) : NULL;
	char *bounds = values->bounds != NULL ? plan_array_sample(values->bounds, (guint)column->target + 1) : NULL;

	g_free(values->most_common);
	g_free(values->bounds);
	g_free(*shares);
	values->most_common = common;
	values->bounds = bounds;
	*shares = share;
}

static void
column_append_type(const ColumnWork *work, const PlanColumn *column)
{
	const PlanOperators *type = g_hash_table_lookup(work->import->types, GUINT_TO_POINTER(column->type_oid));

	if (type != NULL)
		g_string_append_printf(work->json,
		                       ",\"type\":%u,\"collation\":%u,\"equal\":%u,\"less\":%u,\"element\":%u,"
		                       "\"element_equal\":%u,\"element_collation\":%u",
		                       column->type_oid, column->collation, type->equal, type->less, type->element,
		                       type->element_equal,
		                       type->element_collation != 0 ? type->element_collation : column->collation);
}

static void
column_append(const ColumnWork *work, const PlanColumn *column, const PlanColumnSize *size, ColumnValues *values)
{
	g_autofree char *shares = g_strdup(size->shares);
	GString *json = work->json;
	PlanKind kind = plan_kind_of(column->type);

	column_cut(column, values, &shares);
	if (column->target == 0)
		return; /* ANALYZE passes it by */
	g_string_append_printf(json, "%s{\"relation\":%u,\"number\":%u,\"inherited\":%s", json->len > 1 ? "," : "",
	                       work->relation, column->number, work->inherited ? "true" : "false");
	column_append_number(json, "nulls", size->nulls);
	column_append_number(json, "width", MAX(1, size->width >= 0 ? size->width : column->width));
	column_append_number(json, "distinct", size->distinct);
	column_append_text(json, "most_common", values->most_common);
	column_append_text(json, "shares", shares);
	column_append_text(json, "bounds", values->bounds);
	if (size->has_correlation)
		column_append_number(json, "correlation", size->correlation);
	else if (work->by_hand && (kind == PLAN_KIND_NUMBER || kind == PLAN_KIND_TIME) && size->distinct < 0)
		column_append_number(json, "correlation", 1); /* as numbers and times of rows grow */
	else if (work->by_hand && values->bounds != NULL)
		column_append_number(json, "correlation", 0);
	column_append_text(json, "elements", size->elements);
	column_append_text(json, "element_shares", size->element_shares);
	column_append_text(json, "element_counts", size->element_counts);
	column_append_text(json, "lengths", size->lengths);
	if (size->empty >= 0)
		column_append_number(json, "empty", size->empty);
	column_append_text(json, "range_bounds", size->range_bounds);
	column_append_type(work, column);
	g_string_append_c(json, '}');
}

static bool
column_add(const ColumnWork *work, const PlanColumn *column, const PlanColumnSize *size, GError **error)
{
	bool same_type = size->type != NULL && strcmp(size->type, column->type) == 0;
	g_auto(ColumnValues) values = { 0 };

	if (same_type) {
		values.most_common = g_strdup(size->most_common);
		values.bounds = g_strdup(size->bounds);
	} else if (!column_convert(work, column, size, &values, error)) {
		return false;
	}
	if (values.reason != NULL && size->type != NULL && strcmp(size->type, column->type) != 0) {
		g_autofree char *reason = g_strdup_printf("they are of type %s, it has type %s: %s", size->type,
		                                          column->type, values.reason);
		column_leave_out(work, size, reason);
	} else if (values.reason != NULL) {
		column_leave_out(work, size, values.reason);
	} else {
		column_append(work, column, size, &values);
	}
	return true;
}

/* `named` are the columns to which the sizes apply: those of the table itself, or of its partitioned table. */
static bool
column_add_all(const ColumnWork *work, const GPtrArray *columns, const GPtrArray *named, const GPtrArray *sizes,
               GError **error)
{
	for (guint i = 0; i < named->len; i++) {
		const PlanColumn *name = g_ptr_array_index(named, i);
		const PlanColumn *column = plan_columns_find(columns, name->name);
		for (guint j = 0; column != NULL && j < sizes->len; j++) {
			const PlanColumnSize *size = g_ptr_array_index(sizes, j);
			if (size->number == name->number && !column_add(work, column, size, error))
				return false;
		}
	}
	return true;
}

/* --- Columns without a stated size ---------------------------------------------- */

static bool
column_is_stated(const PlanColumn *column, const GPtrArray *sizes)
{
	for (guint i = 0; i < sizes->len; i++)
		if (((PlanColumnSize *)g_ptr_array_index(sizes, i))->number == column->number)
			return true;
	return false;
}

/* A table by hand: its keys have as many values as it has rows, also when their index is gone. */
static bool
column_add_keys(const ColumnWork *work, const PlanTable *table, GHashTable *keys, const GPtrArray *sizes,
                GError **error)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const PlanColumn *column = g_ptr_array_index(table->columns, i);
		const PlanColumnSize size = { .name = column->name,
			                      .width = -1,
			                      .has_distinct = true,
			                      .distinct = -1,
			                      .empty = -1,
			                      .number = column->number };
		if (g_hash_table_contains(keys, GUINT_TO_POINTER(column->number)) && !column_is_stated(column, sizes) &&
		    !column_add(work, column, &size, error))
			return false;
	}
	return true;
}

static bool
column_add_indexes(ColumnWork *work, const PlanTableSize *size, GError **error)
{
	work->by_hand = work->inherited = false;
	for (guint i = 0; i < size->indexes->len; i++) {
		const PlanIndexSize *one = g_ptr_array_index(size->indexes, i);
		const PlanIndex *index = g_hash_table_lookup(work->import->catalog->indexes,
		                                             GUINT_TO_POINTER(one->oid));
		if (index == NULL)
			continue;
		work->relation = index->oid;
		work->owner = index->name;
		if (!column_add_all(work, index->columns, index->columns, one->columns, error))
			return false;
	}
	return true;
}

static bool
column_add_table(PlanImport *import, GString *json, const PlanTable *table, const PlanTableSize *size, GError **error)
{
	ColumnWork work = { .import = import,
		            .json = json,
		            .relation = table->oid,
		            .owner = table->identity,
		            .by_hand = size->by_hand,
		            .rows = size->rows,
		            .inherited = table->kind == 'p' };
	bool part = table->oid != size->oid; /* of the table that has the size */
	const GPtrArray *named = part ? table->root->columns : table->columns;

	if (!column_add_all(&work, table->columns, named, size->columns, error) ||
	    (size->by_hand && !part && !column_add_keys(&work, table, size->keys, size->columns, error)))
		return false;
	work.inherited = true;
	return part || (column_add_all(&work, table->columns, named, size->inherited, error) &&
	                column_add_indexes(&work, size, error));
}

bool
plan_import_expressions(PlanImport *import, GString *json, const PlanExtended *object, const GPtrArray *sizes,
                        GError **error)
{
	const ColumnWork work = { .import = import, .json = json, .relation = object->oid, .owner = object->identity };

	return column_add_all(&work, object->columns, object->columns, sizes, error);
}

bool
plan_import_columns(PlanImport *import, GString *json, GError **error)
{
	for (guint i = 0; i < import->catalog->tables->len; i++) {
		const PlanTable *table = g_ptr_array_index(import->catalog->tables, i);
		const PlanTableSize *size = g_hash_table_lookup(import->sized, GUINT_TO_POINTER(table->oid));
		if (size != NULL && !column_add_table(import, json, table, size, error))
			return false;
	}
	return true;
}
