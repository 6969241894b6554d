/* The table that a statement changes. */
#include "checklist/change/change_private.h"
#include "rows/state/expression.h"

#include <stdlib.h>
#include <string.h>

/* The bits of pg_trigger.tgtype. */
enum { TRIGGER_BEFORE = 2, TRIGGER_INSERT = 4, TRIGGER_DELETE = 8, TRIGGER_UPDATE = 16 };

static const char table_sql[] =
    "SELECT c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), c.relkind = 'r', "
    "c.relkind NOT IN ('r', 'p'), "
    "c.relhasrules OR EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal "
    "AND t.tgenabled <> 'D' AND t.tgtype & 2 <> 0 AND t.tgtype & $2::int <> 0) "
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN ('r', 'p', 'v', 'f') AND c.relpersistence <> 't'";

static const char columns_sql[] =
    "SELECT a.attname, pg_catalog.quote_ident(a.attname), pg_catalog.format_type(a.atttypid, CASE WHEN t.typname IN "
    "('varchar', 'bpchar') THEN -1 ELSE a.atttypmod END), CASE WHEN t.typname IN ('varchar', 'bpchar') AND "
    "a.atttypmod > 4 THEN a.atttypmod - 4 ELSE 0 END, a.attnotnull, CASE WHEN a.attgenerated <> '' THEN "
    "pg_catalog.pg_get_expr(d.adbin, d.adrelid) END, CASE WHEN a.attgenerated = '' AND "
    "pg_catalog.pg_get_expr(d.adbin, d.adrelid) !~ 'nextval' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END FROM "
    "pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON "
    "t.oid = a.atttypid LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
    "WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

static void
table_column_free(gpointer data)
{
	ChangeColumn *column = data;

	g_free(column->name);
	g_free(column->quoted);
	g_free(column->type);
	g_free(column->generated);
	g_free(column->usual);
	g_free(column);
}

void
checklist_change_clear(Change *change)
{
	g_clear_pointer(&change->oid, g_free);
	g_clear_pointer(&change->table, g_free);
	g_clear_pointer(&change->columns, g_ptr_array_unref);
}

static int
table_find_set(const MigrationChange *change, const char *name)
{
	for (guint i = 0; i < change->columns->len; i++)
		if (strcmp(g_ptr_array_index(change->columns, i), name) == 0)
			return (int)i;
	return -1;
}

static bool
table_read_columns(Change *change, GError **error)
{
	g_autoptr(DbResult) rows = db_session_query(change->session, error, columns_sql, change->oid, NULL);

	bool all = change->change->kind == MIGRATION_CHANGE_INSERT && change->change->columns->len == 0;
	int n = 0;
	change->columns = g_ptr_array_new_with_free_func(table_column_free);
	for (int row = 0; rows != NULL && row < db_result_rows(rows); row++) {
		ChangeColumn *column = g_new0(ChangeColumn, 1);
		column->name = g_strdup(db_result_value(rows, row, 0));
		column->quoted = g_strdup(db_result_value(rows, row, 1));
		column->type = g_strdup(db_result_value(rows, row, 2));
		column->length = atoi(db_result_value(rows, row, 3));
		column->not_null = db_result_value(rows, row, 4)[0] == 't';
		column->generated = g_strdup(db_result_value(rows, row, 5));
		column->usual = g_strdup(db_result_value(rows, row, 6));
		column->set = table_find_set(change->change, column->name);
		/* An INSERT without a list means all of them. */
		if (all && column->generated == NULL)
			column->set = n++;
		g_ptr_array_add(change->columns, column);
	}
	return rows != NULL;
}

bool
checklist_change_read(Change *change, GError **error)
{
	static const int events[] = {
		[MIGRATION_CHANGE_UPDATE] = TRIGGER_UPDATE,
		[MIGRATION_CHANGE_DELETE] = TRIGGER_DELETE,
		[MIGRATION_CHANGE_INSERT] = TRIGGER_INSERT,
	};
	const MigrationTableName *name = &change->change->table;
	g_autofree char *schema = name->schema != NULL ? rows_identifier(name->schema) : NULL;
	g_autofree char *relation = rows_identifier(name->name);
	g_autofree char *quoted = g_strconcat(schema != NULL ? schema : "", schema != NULL ? "." : "", relation, NULL);
	g_autofree char *event = g_strdup_printf("%d", events[change->change->kind]);
	g_autoptr(DbResult) rows = db_session_query(change->session, error, table_sql, quoted, event, NULL);

	if (rows == NULL || db_result_rows(rows) == 0)
		return rows != NULL;
	change->oid = g_strdup(db_result_value(rows, 0, 0));
	change->table = g_strdup(db_result_value(rows, 0, 1));
	change->plain = db_result_value(rows, 0, 2)[0] == 't';
	change->view = db_result_value(rows, 0, 3)[0] == 't';
	change->guarded = db_result_value(rows, 0, 4)[0] == 't';
	return table_read_columns(change, error);
}

const char *
checklist_change_name(const Change *change)
{
	static const char *const names[] = {
		[MIGRATION_CHANGE_UPDATE] = "an UPDATE",
		[MIGRATION_CHANGE_DELETE] = "a DELETE",
		[MIGRATION_CHANGE_INSERT] = "an INSERT",
	};

	return names[change->change->kind];
}

char *
checklist_change_where(const MigrationChange *change)
{
	return change->condition != NULL ? g_strdup_printf(" WHERE (%s)", change->condition) : g_strdup("");
}

char *
checklist_change_from(const MigrationChange *change)
{
	return g_strconcat(change->target, change->from != NULL ? ", " : "", change->from != NULL ? change->from : "",
	                   NULL);
}
