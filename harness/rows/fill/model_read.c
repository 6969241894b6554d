/* Reads the model: one round trip to find the empty tables, one for their properties. */
#include "catalog/identity.h"
#include "catalog/list.h"
#include "rows/fill/model_private.h"
#include "rows/state/expression.h"
#include "rows/state/queries.h"
#include "rows/state/state_private.h"

#include <stdlib.h>
#include <string.h>

/* This many times the wanted rows are enough for any table. */
#define MAX_TIMES 5

/* A regular expression for casts that not every value survives; those of constants stand behind a quote. */
#define CASTS "E'[)\"[:alnum:]_]::(?!text|character|bpchar|name|regclass)'"

/* --- Which tables --------------------------------------------------------- */

/* A table without pages has no rows. One with pages may have none either, if its rows were deleted; only these have
 * to be read, and those that were filled ($OIDS) when they had fewer columns ($FILLED: OID:number of the last). */
static const char empty_sql[] =
    "SELECT c.oid, n.nspname, c.relname, pg_catalog.pg_relation_size(c.oid) = 0,"
    " CASE WHEN c.relispartition THEN (SELECT pg_catalog.string_agg(a.relid::oid::text, ',')"
    " FROM pg_catalog.pg_partition_ancestors(c.oid) a) END, c.relnatts" ROWS_TABLES_FROM
    " AND (pg_catalog.pg_relation_size(c.oid) = 0 OR pg_catalog.pg_stat_get_tuples_deleted(c.oid)"
    " + pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) > 0 OR $LOOK"
    " OR c.oid = ANY ('{$OIDS}'::oid[])"
    " AND (c.oid::text || ':' || c.relnatts) <> ALL ('{$FILLED}'::text[]))";

static const char session_sql[] =
    "SELECT pg_catalog.current_setting('is_superuser') = 'on',"
    " pg_catalog.getdatabaseencoding() = 'UTF8',"
    " (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(k.conname), ', "
    "')"
    " FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace"
    " WHERE k.condeferred AND k.condeferrable),"
    " pg_catalog.current_setting('search_path'), pg_catalog.current_setting('session_replication_role')";

/* The query of the tables that may need rows. */
static char *
with_filled(GHashTable *filled, bool look)
{
	g_autoptr(GString) oids = g_string_new(NULL);
	g_autoptr(GString) pairs = g_string_new(NULL);
	GString *sql = g_string_new(empty_sql);
	GHashTableIter iter;
	gpointer oid;
	gpointer last_column;

	if (filled != NULL) {
		g_hash_table_iter_init(&iter, filled);
		while (g_hash_table_iter_next(&iter, &oid, &last_column)) {
			const char *comma = oids->len > 0 ? "," : "";
			g_string_append_printf(oids, "%s%s", comma, (char *)oid);
			g_string_append_printf(pairs, "%s%s:%d", comma, (char *)oid, GPOINTER_TO_INT(last_column));
		}
	}
	g_string_replace(sql, "$LOOK", look ? "true" : "false", 1);
	g_string_replace(sql, "$OIDS", oids->str, 1);
	g_string_replace(sql, "$FILLED", pairs->str, 1);
	return g_string_free(sql, FALSE);
}

/* A table with rows gets more of them when it was filled, and has a column since then, or has lost most of its rows. */
static bool
needs_more(RowsFillTable *table, int last_live, const RowsModelOptions *options)
{
	gpointer last_column = NULL;
	guint n_rows = options->n_rows;

	if (options->filled == NULL || !g_hash_table_lookup_extended(options->filled, table->oid, NULL, &last_column) ||
	    table->n_there >= MAX_TIMES * n_rows)
		return false;
	if (table->n_there < n_rows / 4)
		table->n_wanted = n_rows;
	else if (last_live > GPOINTER_TO_INT(last_column))
		table->n_wanted = table->n_there + n_rows / 8 + 1;
	return table->n_wanted > 0;
}

/* Takes the table off the list when it has rows, and enough of them. */
static void
drop_when_filled(RowsModel *model, RowsFillTable *table, gint64 n_there, int last_live, const RowsModelOptions *options)
{
	table->n_there = (guint)MIN(n_there, (gint64)MAX_TIMES * options->n_rows);
	if (table->n_there == 0 || needs_more(table, last_live, options))
		return;
	g_hash_table_remove(model->by_oid, table->oid);
	g_ptr_array_remove(model->tables, table);
}

/* Removes known tables from `doubtful`. */
static void
drop_known(RowsModel *model, GPtrArray *doubtful, const RowsModelOptions *options)
{
	for (guint i = doubtful->len; options->known != NULL && i > 0; i--) {
		RowsFillTable *table = g_ptr_array_index(doubtful, i - 1);
		const RowsTable *known = rows_state_table(options->known, table->identity);
		if (known == NULL || strcmp(known->oid, table->oid) != 0)
			continue;
		g_ptr_array_remove_index(doubtful, i - 1);
		drop_when_filled(model, table, known->n_rows, rows_table_last_column(known), options);
	}
}

/* The tables with pages that hold rows, and enough of them, are taken off the list. */
static bool
drop_filled(DbSession *session, RowsModel *model, GPtrArray *doubtful, const RowsModelOptions *options, GError **error)
{
	g_autoptr(GString) sql = g_string_new(NULL);

	drop_known(model, doubtful, options);
	if (doubtful->len == 0)
		return true;
	for (guint i = 0; i < doubtful->len; i++) {
		const RowsFillTable *table = g_ptr_array_index(doubtful, i);
		g_string_append_printf(
		    sql,
		    "%sSELECT '%s', (SELECT pg_catalog.count(*) FROM (SELECT FROM ONLY %s LIMIT %u) x),"
		    " (SELECT max(attnum) FROM pg_catalog.pg_attribute WHERE attrelid = %s AND NOT "
		    "attisdropped)",
		    i > 0 ? " UNION ALL " : "", table->oid, table->quoted, MAX_TIMES * options->n_rows, table->oid);
	}
	g_autoptr(DbResult) result = db_session_query(session, error, sql->str, NULL);
	if (result == NULL)
		return false;
	for (int row = 0; row < db_result_rows(result); row++)
		drop_when_filled(model, g_hash_table_lookup(model->by_oid, db_result_value(result, row, 0)),
		                 g_ascii_strtoll(db_result_value(result, row, 1), NULL, 10),
		                 atoi(db_result_value(result, row, 2)), options);
	return true;
}

static RowsFillTable *
make_table(const DbResult *result, int row)
{
	RowsFillTable *table = rows_fill_table_new();
	const char *ancestors = db_result_value(result, row, 4);

	table->oid = g_strdup(db_result_value(result, row, 0));
	table->schema = g_strdup(db_result_value(result, row, 1));
	table->name = g_strdup(db_result_value(result, row, 2));
	table->identity = catalog_identity_join(table->schema, NULL, table->name);
	g_autofree char *schema = rows_identifier(table->schema);
	g_autofree char *name = rows_identifier(table->name);
	table->quoted = g_strconcat(schema, ".", name, NULL);
	table->ancestors = g_strsplit(ancestors != NULL ? ancestors : table->oid, ",", -1);
	table->last_column = atoi(db_result_value(result, row, 5));
	return table;
}

static int
model_read_compare_tables(const void *left, const void *right)
{
	const RowsFillTable *const *a = left;
	const RowsFillTable *const *b = right;

	return strcmp((*a)->identity, (*b)->identity);
}

static bool
find_tables(DbSession *session, RowsModel *model, const CatalogExclusions *exclusions, const RowsModelOptions *options,
            GError **error)
{
	g_autofree char *sql = with_filled(options->filled, options->look);
	const char *statements[] = { sql, session_sql };
	DbResult *results[G_N_ELEMENTS(statements)];
	g_autoptr(GHashTable) excluded = rows_excluded_tables(exclusions, error);
	g_autoptr(GPtrArray) doubtful = g_ptr_array_new();

	if (excluded == NULL ||
	    !db_session_pipeline(session, (int)G_N_ELEMENTS(statements), statements, results, error))
		return false;
	g_autoptr(DbResult) tables = results[0];
	g_autoptr(DbResult) facts = results[1];
	const char *deferred = db_result_value(facts, 0, 2);
	model->superuser = db_result_value(facts, 0, 0)[0] == 't';
	model->utf8 = db_result_value(facts, 0, 1)[0] == 't';
	model->deferred = g_strdup(deferred != NULL ? deferred : "");
	model->search_path = g_strdup(db_result_value(facts, 0, 3));
	model->replication_role = g_strdup(db_result_value(facts, 0, 4));
	for (int row = 0; row < db_result_rows(tables); row++) {
		RowsFillTable *table = make_table(tables, row);
		if (rows_is_excluded(exclusions, excluded, table->schema, table->identity)) {
			rows_fill_table_free(table);
			continue;
		}
		g_ptr_array_add(model->tables, table);
		g_hash_table_insert(model->by_oid, table->oid, table);
		if (db_result_value(tables, row, 3)[0] != 't')
			g_ptr_array_add(doubtful, table);
	}
	if (!drop_filled(session, model, doubtful, options, error))
		return false;
	g_ptr_array_sort(model->tables, model_read_compare_tables);
	return true;
}

/* --- Properties of tables ------------------------------------------------- */

typedef enum {
	QUERY_TYPES,
	QUERY_LABELS,
	QUERY_DOMAIN_CHECKS,
	QUERY_FIELDS,
	QUERY_COLUMNS,
	QUERY_CHECKS,
	QUERY_KEYS,
	QUERY_INDEXES,
	QUERY_TRIGGERS,
	N_QUERIES,
} Query;

/* In each, $1 is the list of OIDs. */
static const DbPrepared queries[N_QUERIES] = {
	[QUERY_TYPES] = { DB_OWN_STATEMENTS "fill_types",
	                  "WITH RECURSIVE used(oid) AS (SELECT DISTINCT a.atttypid FROM pg_catalog.pg_attribute a"
	                  " WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped"
	                  " UNION SELECT x.oid FROM used u JOIN pg_catalog.pg_type t ON t.oid = u.oid"
	                  " LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid"
	                  " CROSS JOIN LATERAL (SELECT t.typelem UNION ALL SELECT t.typbasetype UNION ALL SELECT "
	                  "r.rngsubtype"
	                  " UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a"
	                  " WHERE a.attrelid = t.typrelid AND t.typrelid <> 0 AND a.attnum > 0 AND NOT a.attisdropped) "
	                  "x(oid)"
	                  " WHERE x.oid <> 0)"
	                  " SELECT t.oid, pg_catalog.format_type(t.oid, -1), t.typname, n.nspname = 'pg_catalog', "
	                  "t.typtype,"
	                  " t.typcategory, CASE WHEN t.typlen = -1 THEN t.typelem ELSE 0 END, t.typbasetype, "
	                  "t.typtypmod, "
	                  "t.typnotnull,"
	                  " pg_catalog.pg_get_expr(t.typdefaultbin, 0), coalesce(r.rngsubtype, 0)"
	                  " FROM used u JOIN pg_catalog.pg_type t ON t.oid = u.oid"
	                  " JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace"
	                  " LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid" },
	[QUERY_LABELS] = { DB_OWN_STATEMENTS "fill_labels", "SELECT e.enumtypid, e.enumlabel FROM pg_catalog.pg_enum e "
	                                                    "ORDER BY e.enumtypid, e.enumsortorder" },
	[QUERY_DOMAIN_CHECKS] = { DB_OWN_STATEMENTS "fill_domain_checks",
	                          "SELECT k.contypid, pg_catalog.pg_get_expr(k.conbin, 0) FROM "
	                          "pg_catalog.pg_constraint k"
	                          " WHERE k.contypid <> 0 AND k.conbin IS NOT NULL ORDER BY k.contypid, k.conname" },
	[QUERY_FIELDS] = { DB_OWN_STATEMENTS "fill_fields",
	                   "SELECT c.reltype, a.atttypid, a.atttypmod FROM pg_catalog.pg_class c"
	                   " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
	                   " WHERE c.relkind = 'c' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, "
	                   "a.attnum" },
	[QUERY_COLUMNS] = { DB_OWN_STATEMENTS "fill_columns",
	                    "SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, "
	                    "a.attidentity, "
	                    "a.attgenerated,"
	                    " pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attribute a"
	                    " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
	                    " WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY "
	                    "a.attrelid, a.attnum" },
	[QUERY_CHECKS] = { DB_OWN_STATEMENTS "fill_checks",
	                   "SELECT k.conrelid, k.conname, k.conkey::text, pg_catalog.pg_get_expr(k.conbin, k.conrelid)"
	                   " FROM pg_catalog.pg_constraint k WHERE k.contype = 'c' AND k.conrelid = ANY ($1::oid[])"
	                   " UNION ALL SELECT c.oid, NULL, NULL, pg_catalog.pg_get_partition_constraintdef(c.oid)"
	                   " FROM pg_catalog.pg_class c WHERE c.relispartition AND c.oid = ANY ($1::oid[])"
	                   /* What the server cannot calculate it refuses, as a check does. */
	                   " UNION ALL SELECT a.attrelid, NULL, NULL, CASE WHEN a.attnotnull THEN '(' || e.e || ') IS "
	                   "NOT "
	                   "NULL' ELSE 'pg_catalog.num_nulls(' || e.e || ') >= 0' END"
	                   " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND "
	                   "d.adnum = a.attnum, LATERAL (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS e) e"
	                   " WHERE a.attgenerated <> '' AND a.attrelid = ANY ($1::oid[]) AND (a.attnotnull OR e.e "
	                   "~ " CASTS ")"
	                   " UNION ALL SELECT i.indrelid, NULL, NULL, 'pg_catalog.num_nulls(' || e.e || ') >= 0'"
	                   " FROM pg_catalog.pg_index i, LATERAL (SELECT pg_catalog.pg_get_expr(i.indexprs, "
	                   "i.indrelid) AS e) e"
	                   " WHERE i.indexprs IS NOT NULL AND i.indrelid = ANY ($1::oid[]) AND e.e ~ " CASTS
	                   " ORDER BY 1, 2, 4" },
	/* A key that references a partitioned table has a row for each of its partitions too. */
	[QUERY_KEYS] = { DB_OWN_STATEMENTS "fill_keys",
	                 "SELECT k.conrelid, k.conname, k.conkey::text, k.confrelid, rn.nspname, r.relname, r.relkind,"
	                 " (SELECT to_json(array_agg(a.attname ORDER BY u.o)) FROM unnest(k.confkey) WITH ORDINALITY "
	                 "u(n, o)"
	                 " JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n),"
	                 " k.confmatchtype = 'f', k.condeferrable"
	                 " FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class r ON r.oid = k.confrelid"
	                 " JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace"
	                 " LEFT JOIN pg_catalog.pg_constraint p ON p.oid = k.conparentid AND p.conrelid = k.conrelid"
	                 " WHERE k.contype = 'f' AND p.oid IS NULL AND k.conrelid = ANY ($1::oid[]) ORDER BY "
	                 "k.conrelid, k.conname" },
	[QUERY_INDEXES] = { DB_OWN_STATEMENTS "fill_indexes",
	                    "SELECT i.indrelid, i.indkey::text, i.indnkeyatts, i.indisunique, i.indisexclusion, "
	                    "i.indimmediate,"
	                    " pg_catalog.pg_get_expr(i.indexprs, i.indrelid), pg_catalog.pg_get_expr(i.indpred, "
	                    "i.indrelid)"
	                    " FROM pg_catalog.pg_index i WHERE i.indrelid = ANY ($1::oid[])"
	                    " AND (i.indisunique OR i.indisexclusion OR i.indexprs IS NOT NULL OR i.indpred IS NOT "
	                    "NULL)"
	                    " ORDER BY i.indrelid, i.indexrelid" },
	/* 4 is INSERT. */
	[QUERY_TRIGGERS] = { DB_OWN_STATEMENTS "fill_triggers",
	                     "SELECT t.tgrelid, min(t.tgname::text COLLATE \"C\") FROM pg_catalog.pg_trigger t"
	                     " WHERE NOT t.tgisinternal AND t.tgtype & 4 <> 0 AND t.tgenabled <> 'D' AND t.tgrelid = "
	                     "ANY ($1::oid[])"
	                     " GROUP BY t.tgrelid" },
};

typedef void (*TakeRow)(RowsModel *model, RowsFillTable *table, const DbResult *result, int row);

static void
take_column(RowsModel *model, RowsFillTable *table, const DbResult *result, int row)
{
	RowsFillColumn *column = g_new0(RowsFillColumn, 1);
	const char *identity = db_result_value(result, row, 6);
	const char *default_sql = db_result_value(result, row, 8);

	column->number = atoi(db_result_value(result, row, 1));
	column->name = g_strdup(db_result_value(result, row, 2));
	column->quoted = rows_identifier(column->name);
	column->type = g_hash_table_lookup(model->types, db_result_value(result, row, 3));
	column->modifier = atoi(db_result_value(result, row, 4));
	column->not_null = db_result_value(result, row, 5)[0] == 't' || column->type->not_null;
	column->generated = db_result_value(result, row, 7)[0] != '\0';
	column->default_sql = g_strdup(default_sql != NULL ? default_sql : column->type->default_sql);
	column->numbered = identity[0] != '\0' ||
	                   (default_sql != NULL && !column->generated && g_str_has_prefix(default_sql, "nextval("));
	g_ptr_array_add(table->columns, column);
}

static guint
column_of_number(const RowsFillTable *table, int number)
{
	for (guint i = 0; i < table->columns->len; i++)
		if (rows_fill_column(table, i)->number == number)
			return i;
	return G_MAXUINT;
}

static void
add_index(GArray *columns, guint index)
{
	for (guint i = 0; i < columns->len; i++)
		if (g_array_index(columns, guint, i) == index)
			return;
	if (index != G_MAXUINT)
		g_array_append_val(columns, index);
}

/* "{1,2}" or "1 2" as indexes; at most `limit` of them. */
static GArray *
parse_columns(const RowsFillTable *table, const char *numbers, int limit)
{
	GArray *columns = g_array_new(FALSE, FALSE, sizeof(guint));

	for (const char *at = numbers; *at != '\0' && limit > 0;) {
		if (!g_ascii_isdigit(*at)) {
			at++;
			continue;
		}
		char *end = NULL;
		int number = (int)strtol(at, &end, 10);
		add_index(columns, column_of_number(table, number));
		at = end;
		limit--;
	}
	return columns;
}

static void
add_mentioned(const RowsFillTable *table, const char *expression, GArray *columns)
{
	for (guint i = 0; expression != NULL && i < table->columns->len; i++)
		if (rows_expression_mentions(expression, rows_fill_column(table, i)->name))
			add_index(columns, i);
}

static void
take_check(RowsModel *model, RowsFillTable *table, const DbResult *result, int row)
{
	const char *numbers = db_result_value(result, row, 2);
	const char *expression = db_result_value(result, row, 3);

	(void)model;
	if (expression == NULL)
		return;
	RowsCheck *check = g_new0(RowsCheck, 1);
	check->name = g_strdup(db_result_value(result, row, 1));
	check->expression = g_strdup(expression);
	check->columns = parse_columns(table, numbers != NULL ? numbers : "", G_MAXINT);
	if (numbers == NULL)
		add_mentioned(table, expression, check->columns);
	g_ptr_array_add(table->checks, check);
}

static void
take_key(RowsModel *model, RowsFillTable *table, const DbResult *result, int row)
{
	RowsForeignKey *key = g_new0(RowsForeignKey, 1);
	g_autofree char *schema = rows_identifier(db_result_value(result, row, 4));
	g_autofree char *name = rows_identifier(db_result_value(result, row, 5));

	(void)model;
	key->name = g_strdup(db_result_value(result, row, 1));
	key->columns = parse_columns(table, db_result_value(result, row, 2), G_MAXINT);
	key->target_oid = g_strdup(db_result_value(result, row, 3));
	key->target = g_strconcat(schema, ".", name, NULL);
	key->target_only = db_result_value(result, row, 6)[0] == 'r';
	key->target_columns = catalog_list_parse(db_result_value(result, row, 7));
	for (guint i = 0; key->target_columns[i] != NULL; i++) {
		char *plain = key->target_columns[i];
		key->target_columns[i] = rows_identifier(plain);
		g_free(plain);
	}
	key->full = db_result_value(result, row, 8)[0] == 't';
	key->deferrable = db_result_value(result, row, 9)[0] == 't';
	key->self = g_strv_contains((const char *const *)table->ancestors, key->target_oid);
	g_ptr_array_add(table->keys, key);
}

static void
take_index(RowsModel *model, RowsFillTable *table, const DbResult *result, int row)
{
	RowsIndex *index = g_new0(RowsIndex, 1);

	(void)model;
	index->expressions = g_strdup(db_result_value(result, row, 6));
	index->predicate = g_strdup(db_result_value(result, row, 7));
	index->columns = parse_columns(table, db_result_value(result, row, 1), atoi(db_result_value(result, row, 2)));
	index->unique = db_result_value(result, row, 3)[0] == 't';
	index->exclusion = db_result_value(result, row, 4)[0] == 't';
	index->immediate = db_result_value(result, row, 5)[0] == 't';
	index->has_expressions = index->expressions != NULL;
	index->partial = index->predicate != NULL;
	add_mentioned(table, index->expressions, index->columns);
	g_ptr_array_add(table->indexes, index);
}

static void
take_trigger(RowsModel *model, RowsFillTable *table, const DbResult *result, int row)
{
	(void)model;
	table->trigger = g_strdup(db_result_value(result, row, 1));
}

static void
take_rows(RowsModel *model, const DbResult *result, TakeRow take)
{
	for (int row = 0; row < db_result_rows(result); row++)
		take(model, g_hash_table_lookup(model->by_oid, db_result_value(result, row, 0)), result, row);
}

/* "{1,2}". The caller frees it. */
static char *
model_read_list_oids(const RowsModel *model)
{
	GString *oids = g_string_new("{");

	for (guint i = 0; i < model->tables->len; i++)
		g_string_append_printf(oids, "%s%s", i > 0 ? "," : "",
		                       ((RowsFillTable *)g_ptr_array_index(model->tables, i))->oid);
	g_string_append_c(oids, '}');
	return g_string_free(oids, FALSE);
}

static bool
read_details(DbSession *session, RowsModel *model, GError **error)
{
	g_autofree char *oids = model_read_list_oids(model);
	DbRequest requests[N_QUERIES] = { 0 };
	DbResult *of[N_QUERIES] = { NULL };

	for (int i = 0; i < N_QUERIES; i++) {
		requests[i].prepared = &queries[i];
		requests[i].parameter = strstr(queries[i].sql, "$1") != NULL ? oids : NULL;
	}
	if (!rows_savepoint_send(session, N_QUERIES, requests, of, error))
		return false;
	rows_model_take_types(model, of[QUERY_TYPES], of[QUERY_LABELS], of[QUERY_DOMAIN_CHECKS], of[QUERY_FIELDS]);
	take_rows(model, of[QUERY_COLUMNS], take_column);
	take_rows(model, of[QUERY_CHECKS], take_check);
	take_rows(model, of[QUERY_KEYS], take_key);
	take_rows(model, of[QUERY_INDEXES], take_index);
	take_rows(model, of[QUERY_TRIGGERS], take_trigger);
	for (int i = 0; i < N_QUERIES; i++)
		db_result_free(of[i]);
	return true;
}

RowsModel *
rows_model_read(DbSession *session, const CatalogExclusions *exclusions, const RowsModelOptions *options,
                GError **error)
{
	g_autoptr(RowsModel) model = rows_model_new();

	if (!find_tables(session, model, exclusions, options, error))
		return NULL;
	if (model->tables->len > 0 && !read_details(session, model, error))
		return NULL;
	return g_steal_pointer(&model);
}
