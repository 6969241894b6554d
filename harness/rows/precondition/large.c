/* Values that are too large for a new index: a B-tree holds three rows in each of its pages, at least. */
#include "rows/precondition/precondition_private.h"

/* Bytes of a row of an index: BTMaxItemSize of a page of 8 kB, less the header of the row. */
#define LARGE_MAX "2692"

/* The numbers of the columns that the index needs, with those of its expressions and its condition. */
#define LARGE_COLUMNS                                                                                                  \
	"SELECT k.n FROM unnest(i.indkey::int2[]) k(n) WHERE k.n <> 0 UNION SELECT d.refobjsubid FROM "                \
	"pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.indexrelid "         \
	"AND d.refobjid = i.indrelid AND d.refobjsubid > 0"

/* New B-trees over texts, bytes, arrays and the like, and how large their keys are; a text of few characters fits. A
 * value is as large in the index as in the table, where long ones are compressed. */
static const char large_sql[] =
    "SELECT i.indrelid, (SELECT string_agg(u.n::text, ' ' ORDER BY u.n) FROM (" LARGE_COLUMNS ") u), "
    "(SELECT to_json(array_agg(x.attname ORDER BY u.n)) FROM (" LARGE_COLUMNS ") u JOIN pg_catalog.pg_attribute x "
    "ON x.attrelid = i.indrelid AND x.attnum = u.n), string_agg('coalesce(pg_catalog.pg_column_size(' || "
    "pg_catalog.pg_get_indexdef(i.indexrelid, k.attnum, true) || '), 0)', ' + ' ORDER BY k.attnum), "
    "string_agg(pg_catalog.pg_get_indexdef(i.indexrelid, k.attnum, true), ', ' ORDER BY k.attnum), "
    "pg_catalog.pg_get_expr(i.indpred, i.indrelid) "
    "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
    "JOIN pg_catalog.pg_am m ON m.oid = c.relam AND m.amname = 'btree' "
    "JOIN pg_catalog.pg_attribute k ON k.attrelid = i.indexrelid JOIN pg_catalog.pg_type t ON t.oid = k.atttypid "
    "WHERE i.indrelid = ANY (%s) AND i.indexrelid <> ALL (%s) AND i.indisvalid AND t.typlen = -1 "
    "AND (t.typcategory IN ('S', 'A', 'U', 'C', 'R') OR t.typname IN ('jsonb', 'bytea')) "
    "AND t.typname NOT IN ('inet', 'cidr', 'macaddr', 'name') "
    "AND (k.atttypmod <= 0 OR t.typname NOT IN ('varchar', 'bpchar') OR k.atttypmod > 600) "
    "GROUP BY i.indexrelid, i.indrelid, i.indkey, i.indpred, c.relname ORDER BY i.indrelid, c.relname";

enum { LARGE_TABLE, LARGE_NUMBERS, LARGE_NAMES, LARGE_SIZE, LARGE_KEYS, LARGE_CONDITION };

static void
large_add(const RowsBefore *before, const DbResult *indexes, int row, GPtrArray *preconditions)
{
	const RowsBeforeTable *table = g_hash_table_lookup(before->tables, db_result_value(indexes, row, LARGE_TABLE));
	const char *condition = db_result_value(indexes, row, LARGE_CONDITION);

	if (!rows_before_knows_columns(table, db_result_value(indexes, row, LARGE_NUMBERS),
	                               db_result_value(indexes, row, LARGE_NAMES)))
		return;
	RowsPrecondition *precondition = rows_precondition_add(preconditions, ROWS_PRECONDITION_CHECK, table);
	precondition->meaning = g_strdup_printf("no row of %s has more in (%s) than an index takes, which is " LARGE_MAX
	                                        " bytes",
	                                        table->identity, db_result_value(indexes, row, LARGE_KEYS));
	precondition->query = g_strdup_printf("SELECT * FROM %s WHERE %s%s%s%s > " LARGE_MAX, table->quoted,
	                                      condition != NULL ? "(" : "", condition != NULL ? condition : "",
	                                      condition != NULL ? ") AND " : "",
	                                      db_result_value(indexes, row, LARGE_SIZE));
}

bool
rows_precondition_read_large(const RowsBefore *before, DbSession *session, GPtrArray *preconditions, GError **error)
{
	g_autofree char *sql = g_strdup_printf(large_sql, before->oids, before->indexes);
	g_autoptr(DbResult) indexes = db_session_query(session, error, sql, NULL);

	for (int row = 0; indexes != NULL && row < db_result_rows(indexes); row++)
		large_add(before, indexes, row, preconditions);
	return indexes != NULL;
}
