/* Columns of which a migration has changed the type: which of their values the new one takes. */
#include "rows/precondition/precondition_private.h"

#include "db/sqlstate.h"
#include "rows/fill/stock.h"
#include "rows/state/expression.h"
#include "rows/state/queries.h"

#include <stdlib.h>
#include <string.h>

/* More different values than rows are wanted by default. */
#define VALUES_MORE 30

/* Where the values are tried. */
#define TRIAL "pg_temp.pgassay_precondition_values"

static const char changed_sql[] =
    "SELECT a.attrelid, a.attnum, a.atttypmod, pg_catalog.format_type(a.atttypid, a.atttypmod), "
    "t.oid, coalesce(b.typname, t.typname), coalesce(b.typtype, t.typtype), coalesce(b.typcategory, t.typcategory), "
    "coalesce(b.typnamespace, t.typnamespace) = 'pg_catalog'::regnamespace, "
    "(SELECT to_json(array_agg(e.enumlabel ORDER BY e.enumsortorder)) FROM pg_catalog.pg_enum e "
    "WHERE e.enumtypid = coalesce(b.oid, t.oid)) FROM pg_catalog.pg_attribute a "
    "JOIN pg_catalog.pg_type t ON t.oid = a.atttypid LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype "
    "WHERE a.attrelid = ANY (%s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum";

typedef struct {
	DbSession *session;
	const RowsBeforeTable *table;
	const RowsBeforeColumn *column;
	const char *new_name; /* of the type, with its modifier */
	bool by_input;        /* there is no cast from the old type: the values are converted by text */
	guint n_refused;
	GPtrArray *taken; /* of char *: values as literals */
} Trial;

/* Like an assignment, which refuses values that an explicit cast would cut. */
static bool
try_value(Trial *trial, const char *value, GError **error)
{
	g_autofree char *insert = trial->by_input ? g_strdup_printf("INSERT INTO " TRIAL " VALUES (%s)", value)
	                                          : g_strdup_printf("INSERT INTO " TRIAL " VALUES ((%s)::%s)", value,
	                                                            trial->column->type_name);
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) result = NULL;

	if (!rows_try(trial->session, insert, &result, &refusal, error))
		return false;
	if (refusal.message == NULL) {
		g_ptr_array_add(trial->taken, g_strdup(value));
		return true;
	}
	/* There is no such cast, or no such type any more. */
	bool no_cast = strcmp(refusal.sqlstate, DB_SQLSTATE_DATATYPE_MISMATCH) == 0 ||
	               strcmp(refusal.sqlstate, DB_SQLSTATE_CANNOT_COERCE) == 0 ||
	               strcmp(refusal.sqlstate, DB_SQLSTATE_UNDEFINED_OBJECT) == 0;
	if (no_cast && !trial->by_input) {
		trial->by_input = true;
		return try_value(trial, value, error);
	}
	trial->n_refused++;
	return true;
}

/* Values of both types, as the old one would have them. */
static GPtrArray *
make_candidates(const RowsBeforeColumn *column, const RowsType *type, int modifier)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
	const RowsStockOptions usual = { .n_more = 0 };
	const RowsStockOptions more = { .tame = true, .n_more = VALUES_MORE };

	rows_stock_append(values, &column->type, column->modifier, &usual);
	rows_stock_append(values, type, modifier, &more);
	rows_stock_append(values, &column->type, column->modifier, &more);
	for (guint i = 0; i < values->len;) {
		/* Not g_hash_table_add alone: it would keep the second of two equal texts, which is freed here. */
		if (g_hash_table_contains(seen, g_ptr_array_index(values, i))) {
			g_ptr_array_remove_index(values, i);
			continue;
		}
		g_hash_table_add(seen, g_ptr_array_index(values, i));
		i++;
	}
	return values;
}

/* The range of a type of whole numbers, as SQL; NULL for another one. */
static const char *
range_of(const RowsType *type)
{
	static const char *const ranges[][2] = {
		{ "int2", "-32768 AND 32767" },
		{ "int4", "-2147483648 AND 2147483647" },
		{ "int8", "-9223372036854775808 AND 9223372036854775807" },
	};

	for (gsize i = 0; type->own && i < G_N_ELEMENTS(ranges); i++)
		if (strcmp(type->plain_name, ranges[i][0]) == 0)
			return ranges[i][1];
	return NULL;
}

static char *
list_labels(const RowsType *type)
{
	GString *labels = g_string_new(NULL);

	for (guint i = 0; i < type->labels->len; i++) {
		g_autofree char *label = rows_literal(g_ptr_array_index(type->labels, i));
		g_string_append_printf(labels, "%s%s", i > 0 ? ", " : "", label);
	}
	return g_string_free(labels, FALSE);
}

/* A condition for the values that the type refuses. NaN is larger than any number. For most types only servers from
 * PostgreSQL 16 on can evaluate it. The caller frees it. */
static char *
refused_by(const Trial *trial, const RowsType *type, int modifier)
{
	const RowsBeforeColumn *column = trial->column;

	if (type->labels != NULL) {
		g_autofree char *labels = list_labels(type);
		return g_strdup_printf("(%s)::text NOT IN (%s)", column->quoted, labels);
	}
	if (rows_stock_is_number(&column->type) && range_of(type) != NULL)
		return g_strdup_printf("%s NOT BETWEEN %s", column->quoted, range_of(type));
	if (rows_stock_is_text(type) && modifier >= 4)
		return g_strdup_printf("pg_catalog.length((%s)::text) > %d", column->quoted, modifier - 4);
	g_autofree char *name = rows_literal(trial->new_name);
	return g_strdup_printf("NOT pg_catalog.pg_input_is_valid((%s)::text, %s) -- from PostgreSQL 16 on",
	                       column->quoted, name);
}

/* The caller frees it; NULL with *error. */
static char *
precondition_type_make_query(const Trial *trial, const RowsType *type, int modifier, GError **error)
{
	const RowsBeforeColumn *column = trial->column;
	char *refused = NULL;
	g_autofree char *value = strcmp(column->type.plain_name, type->plain_name) == 0
	                             ? g_strdup(column->quoted)
	                             : g_strdup_printf("(%s)::%s", column->quoted, type->plain_name);

	if (!rows_precondition_domain_refuses(trial->session, type->oid, value, &refused, error))
		return NULL;
	if (refused == NULL)
		refused = refused_by(trial, type, modifier);
	char *query = g_strdup_printf("SELECT * FROM %s WHERE %s", trial->table->quoted, refused);
	g_free(refused);
	return query;
}

/* A check on the values that the new type has taken. Some types have no "=": then their texts are compared. */
static void
hold_to(RowsPrecondition *precondition, const Trial *trial, guint number)
{
	static const char *const without[] = { "json", "xml", "point", "polygon", "jsonpath", NULL };
	const RowsBeforeColumn *column = trial->column;
	bool by_text = column->type.own && g_strv_contains(without, column->type.plain_name);
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < trial->taken->len; i++)
		g_string_append_printf(list, "%s(%s)::%s%s", i > 0 ? ", " : "",
		                       (char *)g_ptr_array_index(trial->taken, i), column->type_name,
		                       by_text ? "::text" : "");
	precondition->hold = g_strdup_printf(
	    "ALTER TABLE %s ADD CONSTRAINT pgassay_precondition_%u CHECK ((%s)%s IN (%s))", trial->table->quoted,
	    number, column->quoted, by_text ? "::text" : "", list->str);
	precondition->release = g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT pgassay_precondition_%u",
	                                        trial->table->quoted, number);
}

static bool
try_type(Trial *trial, const RowsType *type, int modifier, GPtrArray *preconditions, GError **error)
{
	g_autoptr(GPtrArray) candidates = make_candidates(trial->column, type, modifier);
	g_autofree char *create = g_strdup_printf("CREATE TEMPORARY TABLE pgassay_precondition_values (v %s)",
	                                          trial->new_name);
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) result = NULL;

	if (!rows_try(trial->session, create, &result, &refusal, error))
		return false;
	if (refusal.message != NULL)
		return true;
	for (guint i = 0; i < candidates->len; i++)
		if (!try_value(trial, g_ptr_array_index(candidates, i), error))
			return false;
	if (!db_session_execute(trial->session, "DROP TABLE " TRIAL, error))
		return false;
	if (trial->taken->len == 0 || trial->n_refused == 0)
		return true;
	RowsPrecondition *precondition = rows_precondition_add(preconditions, ROWS_PRECONDITION_TYPE, trial->table);
	precondition->column = g_strdup(trial->column->name);
	precondition->of_labels = trial->column->has_labels;
	precondition->meaning = g_strdup_printf("no row of %s has a value in \"%s\" that %s cannot hold",
	                                        trial->table->identity, trial->column->name, trial->new_name);
	precondition->query = precondition_type_make_query(trial, type, modifier, error);
	hold_to(precondition, trial, preconditions->len);
	return precondition->query != NULL;
}

bool
rows_precondition_read_types(const RowsBefore *before, DbSession *session, GPtrArray *preconditions, GError **error)
{
	g_autofree char *sql = g_strdup_printf(changed_sql, before->oids);
	g_autoptr(DbResult) now = db_session_query(session, error, sql, NULL);

	for (int row = 0; now != NULL && row < db_result_rows(now); row++) {
		const RowsBeforeTable *table = g_hash_table_lookup(before->tables, db_result_value(now, row, 0));
		const RowsBeforeColumn *column = rows_before_column(table, atoi(db_result_value(now, row, 1)));
		int modifier = atoi(db_result_value(now, row, 2));
		RowsType type = { 0 };
		if (column == NULL ||
		    (strcmp(column->type.oid, db_result_value(now, row, 4)) == 0 && column->modifier == modifier))
			continue;
		g_autoptr(GPtrArray) taken = g_ptr_array_new_with_free_func(g_free);
		Trial trial = { .session = session,
			        .table = table,
			        .column = column,
			        .new_name = db_result_value(now, row, 3),
			        .taken = taken };
		rows_before_take_type(&type, now, row, 4);
		bool done = try_type(&trial, &type, modifier, preconditions, error);
		rows_before_clear_type(&type);
		if (!done)
			return false;
	}
	return now != NULL;
}
