/* Values that a migration copies into a column with a foreign key, out of one that has none. */
#include "rows/precondition/precondition_private.h"

#include <string.h>

/* The foreign keys of one column of the table of that name, to tables that others point to; the name of the column and
 * of that which it points to, with its type. Not those that the source has, too. */
static const char copied_sql[] =
    "SELECT k.conname, a.attname, k.confrelid, pg_catalog.quote_ident(b.attname), pg_catalog.format_type(b.atttypid, "
    "b.atttypmod), (SELECT to_json(array_agg(s.attname)) FROM pg_catalog.pg_constraint o JOIN pg_catalog.pg_attribute "
    "s "
    "ON s.attrelid = o.conrelid AND s.attnum = o.conkey[1] WHERE o.conrelid = $3::oid AND o.contype = 'f' AND "
    "o.confrelid = k.confrelid AND pg_catalog.cardinality(o.conkey) = 1) FROM pg_catalog.pg_constraint k "
    "JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1] "
    "JOIN pg_catalog.pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1] "
    "WHERE c.relname = $1 AND n.nspname = $2 AND k.contype = 'f' AND pg_catalog.cardinality(k.conkey) = 1 "
    "AND k.confrelid <> $3::oid ORDER BY k.conname";

enum { COPIED_KEY, COPIED_COLUMN, COPIED_TARGET, COPIED_POINTS_TO, COPIED_TYPE, COPIED_HAVE };

static const RowsBeforeColumn *
copied_find_column(const RowsBeforeTable *table, const char *name)
{
	for (guint i = 0; name != NULL && i < table->columns->len; i++) {
		const RowsBeforeColumn *column = g_ptr_array_index(table->columns, i);
		if (strcmp(column->name, name) == 0)
			return column;
	}
	return NULL;
}

static void
copied_add(const RowsBeforeTable *source, const RowsBeforeTable *target, const RowsBeforeColumn *column,
           const DbResult *keys, int row, GPtrArray *preconditions)
{
	const char *points_to = db_result_value(keys, row, COPIED_POINTS_TO);
	RowsPrecondition *precondition = rows_precondition_add(preconditions, ROWS_PRECONDITION_KEY, source);

	precondition->column = g_strdup(column->name);
	precondition->constraint = g_strdup(db_result_value(keys, row, COPIED_KEY));
	precondition->target = g_strdup(target->identity);
	precondition->meaning = g_strdup_printf("no row of %s points with (%s) to a row that %s does not have",
	                                        source->identity, column->name, target->identity);
	precondition->query = g_strdup_printf(
	    "SELECT * FROM %s r WHERE r.%s IS NOT NULL AND NOT EXISTS (SELECT FROM %s t WHERE t.%s = r.%s)",
	    source->quoted, column->quoted, target->quoted, points_to, column->quoted);
	precondition->hold = g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT pgassay_precondition_%u FOREIGN KEY (%s) "
	                                     "REFERENCES %s (%s)",
	                                     source->quoted, preconditions->len, column->quoted, target->quoted,
	                                     points_to);
	precondition->release = g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT pgassay_precondition_%u",
	                                        source->quoted, preconditions->len);
}

bool
rows_precondition_read_copied(const RowsBefore *before, DbSession *session, const RowsMoved *moved,
                              const RowsBeforeTable *source, const char *schema, GPtrArray *preconditions,
                              GError **error)
{
	g_autoptr(DbResult)
	    keys = db_session_query(session, error, copied_sql, moved->target, schema, source->oid, NULL);

	for (int row = 0; keys != NULL && row < db_result_rows(keys); row++) {
		const RowsBeforeTable *target = g_hash_table_lookup(before->tables,
		                                                    db_result_value(keys, row, COPIED_TARGET));
		const RowsBeforeColumn *column = NULL;
		for (guint i = 0; target != NULL && i < moved->columns->len; i++)
			if (strcmp(g_ptr_array_index(moved->columns, i), db_result_value(keys, row, COPIED_COLUMN)) ==
			    0)
				column = copied_find_column(source, g_ptr_array_index(moved->names, i));
		const char *have = db_result_value(keys, row, COPIED_HAVE);
		g_autofree char *name = column != NULL ? g_strdup_printf("\"%s\"", column->name) : NULL;
		if (column == NULL || strcmp(column->type_name, db_result_value(keys, row, COPIED_TYPE)) != 0 ||
		    (have != NULL && strstr(have, name) != NULL))
			continue;
		copied_add(source, target, column, keys, row, preconditions);
	}
	return keys != NULL;
}
