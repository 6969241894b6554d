/* Reading what there is before a migration. */
#include "catalog/identity.h"
#include "catalog/list.h"
#include "rows/precondition/precondition_private.h"
#include "rows/state/expression.h"
#include "rows/state/queries.h"

#include <stdlib.h>
#include <string.h>

/* The type's OID, name, kind, category, whether it is PostgreSQL's own, its labels; of a domain, those of its base. */
#define TYPE_COLUMNS                                                                                                   \
	"t.oid, coalesce(b.typname, t.typname), coalesce(b.typtype, t.typtype), coalesce(b.typcategory, "              \
	"t.typcategory), coalesce(b.typnamespace, t.typnamespace) = 'pg_catalog'::regnamespace, "                      \
	"(SELECT to_json(array_agg(e.enumlabel ORDER BY e.enumsortorder)) FROM pg_catalog.pg_enum e "                  \
	"WHERE e.enumtypid = coalesce(b.oid, t.oid))"

#define TYPE_FROM                                                                                                      \
	"JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "                                                             \
	"LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype "

enum { BEFORE_TABLES, BEFORE_COLUMNS, BEFORE_KEYS, BEFORE_LISTS, BEFORE_KNOWN, N_BEFORE };

static const DbPrepared before_sql[] = {
	[BEFORE_TABLES] = { DB_OWN_STATEMENTS "before_tables",
	                    "SELECT c.oid, n.nspname, c.relname, pg_catalog.pg_relation_size(c.oid) = "
	                    "0" ROWS_TABLES_FROM },
	[BEFORE_COLUMNS] = { DB_OWN_STATEMENTS "before_columns",
	                     "SELECT a.attrelid, a.attnum, a.attname, a.attnotnull OR t.typnotnull, a.atttypmod, "
	                     "pg_catalog.format_type(a.atttypid, a.atttypmod), a.attidentity, "
	                     "pg_catalog.pg_get_expr(d.adbin, d.adrelid), " TYPE_COLUMNS ", " ROWS_NOT_VALID
	                     ", EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.oid = coalesce(b.typelem, t.typelem)"
	                     " AND e.typtype = 'e' AND coalesce(b.typcategory, t.typcategory) = 'A')"
	                     " FROM pg_catalog.pg_attribute a "
	                     "JOIN pg_catalog.pg_class r ON r.oid = a.attrelid " TYPE_FROM
	                     "LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
	                     "WHERE r.relkind = 'r' AND r.oid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped "
	                     "ORDER BY a.attrelid, "
	                     "a.attnum" },
	[BEFORE_KEYS] = { DB_OWN_STATEMENTS "before_keys",
	                  "SELECT i.indrelid, i.indkey::text FROM pg_catalog.pg_index i WHERE i.indisunique "
	                  "AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indrelid >= 16384 "
	                  "ORDER BY i.indexrelid" },
	/* Checks that name the values of one column. The text of the tree costs less than that of the condition. */
	[BEFORE_LISTS] = { DB_OWN_STATEMENTS "before_lists",
	                   "SELECT k.conrelid, k.conkey[1] FROM pg_catalog.pg_constraint k WHERE k.contype = 'c' "
	                   "AND k.convalidated AND k.conrelid >= 16384 AND pg_catalog.cardinality(k.conkey) = 1 "
	                   "AND k.conbin::text ~ '^.SCALARARRAYOPEXPR.*:useOr true'" },
	[BEFORE_KNOWN] = { DB_OWN_STATEMENTS "before_known",
	                   "SELECT (SELECT array_agg(oid)::text FROM pg_catalog.pg_constraint WHERE convalidated), "
	                   "(SELECT array_agg(indexrelid)::text FROM pg_catalog.pg_index), "
	                   "(SELECT array_agg(oid)::text FROM pg_catalog.pg_constraint WHERE NOT convalidated), "
	                   "least(pg_catalog.pg_current_xact_id_if_assigned()::text::bigint, "
	                   "pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint)" },
};

void
rows_before_take_type(RowsType *type, const DbResult *result, int row, int column)
{
	const char *labels = db_result_value(result, row, column + 5);

	type->oid = g_strdup(db_result_value(result, row, column));
	type->plain_name = g_strdup(db_result_value(result, row, column + 1));
	type->name = g_strdup(type->plain_name);
	type->kind = db_result_value(result, row, column + 2)[0];
	type->category = db_result_value(result, row, column + 3)[0];
	type->own = db_result_value(result, row, column + 4)[0] == 't';
	if (labels == NULL)
		return;
	GStrv list = catalog_list_parse(labels);
	type->labels = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; list[i] != NULL; i++)
		g_ptr_array_add(type->labels, list[i]);
	g_free(list);
}

void
rows_before_clear_type(RowsType *type)
{
	g_free(type->oid);
	g_free(type->name);
	g_free(type->plain_name);
	g_clear_pointer(&type->labels, g_ptr_array_unref);
}

static void
precondition_read_column_free(gpointer data)
{
	RowsBeforeColumn *column = data;

	g_free(column->name);
	g_free(column->quoted);
	g_free(column->type_name);
	g_free(column->default_sql);
	g_free(column->not_valid);
	rows_before_clear_type(&column->type);
	g_free(column);
}

static void
table_free(gpointer data)
{
	RowsBeforeTable *table = data;

	g_free(table->oid);
	g_free(table->identity);
	g_free(table->schema);
	g_free(table->quoted);
	g_ptr_array_unref(table->columns);
	g_ptr_array_unref(table->keys);
	g_free(table);
}

void
rows_before_free(RowsBefore *before)
{
	if (before == NULL)
		return;
	g_ptr_array_unref(before->sorted);
	g_hash_table_unref(before->tables);
	g_free(before->oids);
	g_free(before->constraints);
	g_free(before->not_valid);
	g_free(before->indexes);
	g_free(before->next);
	g_clear_pointer(&before->sequences, g_hash_table_unref);
	g_free(before);
}

const RowsBeforeColumn *
rows_before_column(const RowsBeforeTable *table, int number)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const RowsBeforeColumn *column = g_ptr_array_index(table->columns, i);
		if (column->number == number)
			return column;
	}
	return NULL;
}

static int
precondition_read_compare_tables(const void *left, const void *right)
{
	const RowsBeforeTable *const *a = left;
	const RowsBeforeTable *const *b = right;

	return strcmp((*a)->identity, (*b)->identity);
}

static void
take_tables(RowsBefore *before, const DbResult *result, const CatalogExclusions *exclusions, GHashTable *excluded)
{
	g_autoptr(GString) oids = g_string_new("'{");

	for (int row = 0; row < db_result_rows(result); row++) {
		const char *schema = db_result_value(result, row, 1);
		const char *name = db_result_value(result, row, 2);
		g_autofree char *identity = catalog_identity_join(schema, NULL, name);
		if (rows_is_excluded(exclusions, excluded, schema, identity))
			continue;
		RowsBeforeTable *table = g_new0(RowsBeforeTable, 1);
		g_autofree char *quoted_name = rows_identifier(name);
		table->schema = rows_identifier(schema);
		table->oid = g_strdup(db_result_value(result, row, 0));
		table->identity = g_steal_pointer(&identity);
		table->quoted = g_strconcat(table->schema, ".", quoted_name, NULL);
		table->empty = db_result_value(result, row, 3)[0] == 't';
		table->columns = g_ptr_array_new_with_free_func(precondition_read_column_free);
		table->keys = g_ptr_array_new_with_free_func(g_free);
		g_hash_table_insert(before->tables, table->oid, table);
		g_ptr_array_add(before->sorted, table);
		g_string_append_printf(oids, "%s%s", oids->len > 2 ? "," : "", table->oid);
	}
	g_string_append(oids, "}'::oid[]");
	before->oids = g_strdup(oids->str);
	g_ptr_array_sort(before->sorted, precondition_read_compare_tables);
}

static void
precondition_read_take_columns(RowsBefore *before, const DbResult *result)
{
	for (int row = 0; row < db_result_rows(result); row++) {
		RowsBeforeTable *table = g_hash_table_lookup(before->tables, db_result_value(result, row, 0));
		if (table == NULL)
			continue;
		RowsBeforeColumn *column = g_new0(RowsBeforeColumn, 1);
		column->number = atoi(db_result_value(result, row, 1));
		column->name = g_strdup(db_result_value(result, row, 2));
		column->quoted = rows_identifier(column->name);
		column->not_null = db_result_value(result, row, 3)[0] == 't';
		column->modifier = atoi(db_result_value(result, row, 4));
		column->type_name = g_strdup(db_result_value(result, row, 5));
		column->identity = db_result_value(result, row, 6)[0] != '\0';
		column->default_sql = g_strdup(db_result_value(result, row, 7));
		rows_before_take_type(&column->type, result, row, 8);
		column->not_valid = g_strdup(db_result_value(result, row, 14));
		column->not_null = column->not_null && column->not_valid == NULL;
		column->has_labels = column->type.kind == 'e' || db_result_value(result, row, 15)[0] == 't';
		g_ptr_array_add(table->columns, column);
	}
}

static void
precondition_read_take_keys(RowsBefore *before, const DbResult *result)
{
	for (int row = 0; row < db_result_rows(result); row++) {
		RowsBeforeTable *table = g_hash_table_lookup(before->tables, db_result_value(result, row, 0));
		if (table != NULL)
			g_ptr_array_add(table->keys, g_strdup(db_result_value(result, row, 1)));
	}
}

static void
precondition_read_take_lists(RowsBefore *before, const DbResult *result)
{
	for (int row = 0; row < db_result_rows(result); row++) {
		const RowsBeforeTable *table = g_hash_table_lookup(before->tables, db_result_value(result, row, 0));
		int number = atoi(db_result_value(result, row, 1));
		for (guint i = 0; table != NULL && i < table->columns->len; i++) {
			RowsBeforeColumn *column = g_ptr_array_index(table->columns, i);
			column->has_labels |= column->number == number;
		}
	}
}

static char *
precondition_read_array_of(const char *list)
{
	return g_strdup_printf("'%s'::oid[]", list != NULL ? list : "{}");
}

RowsBefore *
rows_before_read(DbSession *session, const CatalogExclusions *exclusions, GError **error)
{
	g_autoptr(GHashTable) excluded = rows_excluded_tables(exclusions, error);
	DbResult *results[N_BEFORE] = { NULL };

	DbRequest requests[N_BEFORE] = { 0 };

	for (int i = 0; i < N_BEFORE; i++)
		requests[i].prepared = &before_sql[i];
	if (excluded == NULL || !rows_savepoint_send(session, N_BEFORE, requests, results, error))
		return NULL;
	RowsBefore *before = g_new0(RowsBefore, 1);
	before->tables = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, table_free);
	before->sorted = g_ptr_array_new();
	take_tables(before, results[BEFORE_TABLES], exclusions, excluded);
	precondition_read_take_columns(before, results[BEFORE_COLUMNS]);
	precondition_read_take_keys(before, results[BEFORE_KEYS]);
	precondition_read_take_lists(before, results[BEFORE_LISTS]);
	before->constraints = precondition_read_array_of(db_result_value(results[BEFORE_KNOWN], 0, 0));
	before->indexes = precondition_read_array_of(db_result_value(results[BEFORE_KNOWN], 0, 1));
	before->not_valid = precondition_read_array_of(db_result_value(results[BEFORE_KNOWN], 0, 2));
	before->next = g_strdup(db_result_value(results[BEFORE_KNOWN], 0, 3));
	for (gsize i = 0; i < G_N_ELEMENTS(results); i++)
		db_result_free(results[i]);
	return before;
}

/* --- Names in statements -------------------------------------------------------- */

bool
rows_before_is_named(const char *statement, const char *name)
{
	g_autofree char *small = g_ascii_strdown(statement, -1);

	return rows_expression_mentions(statement, name) || rows_expression_mentions(small, name);
}

void
rows_before_each_named(const RowsBefore *before, const char *statement, RowsBeforeVisit visit, void *data)
{
	for (guint i = 0; i < before->sorted->len; i++) {
		const RowsBeforeTable *table = g_ptr_array_index(before->sorted, i);
		g_auto(GStrv) parts = catalog_identity_split(table->identity);
		if (parts == NULL || parts[1] == NULL || !rows_before_is_named(statement, parts[1]))
			continue;
		for (guint j = 0; j < table->columns->len; j++)
			visit(table, g_ptr_array_index(table->columns, j), data);
	}
}
