#include "rows/fill/values.h"

#include "rows/fill/filter.h"
#include "rows/fill/hint.h"
#include "rows/fill/stock.h"
#include "rows/state/expression.h"
#include "rows/state/queries.h"

#include <string.h>

static bool
values_has_column(const GArray *columns, guint index)
{
	for (guint i = 0; i < columns->len; i++)
		if (g_array_index(columns, guint, i) == index)
			return true;
	return false;
}

/* --- Types that are not known ---------------------------------------------- */

/* Enough of one kind. */
#define GUESSES_WANTED 3

static char *
vector_text(int dimensions)
{
	GString *text = g_string_new("[");

	for (int i = 0; i < dimensions; i++)
		g_string_append_printf(text, "%s0.%d", i > 0 ? "," : "", i % 10);
	g_string_append_c(text, ']');
	return g_string_free(text, FALSE);
}

static bool
try_literal(DbSession *session, const RowsType *type, int modifier, const char *text, GPtrArray *accepted,
            GError **error)
{
	g_autofree char *literal = rows_literal(text);
	g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.format_type(%s, %d)", type->oid, modifier);
	g_autofree char *name = db_session_query_value(session, error, sql, NULL);
	g_auto(RowsRefusal) refusal = { 0 };
	DbResult *result = NULL;

	if (name == NULL)
		return false;
	g_autofree char *query = g_strdup_printf("SELECT %s::%s", literal, name);
	if (!rows_try(session, query, &result, &refusal, error))
		return false;
	if (result != NULL)
		g_ptr_array_add(accepted, g_steal_pointer(&literal));
	db_result_free(result);
	return true;
}

/* Asks the server which of the guesses it takes; the answers are kept with the type. */
static bool
append_guesses(DbSession *session, RowsType *type, int modifier, GPtrArray *values, GError **error)
{
	GPtrArray *accepted = type->tried != NULL ? g_hash_table_lookup(type->tried, GINT_TO_POINTER(modifier)) : NULL;

	if (accepted == NULL) {
		accepted = g_ptr_array_new_with_free_func(g_free);
		if (type->tried == NULL)
			type->tried = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
		g_hash_table_insert(type->tried, GINT_TO_POINTER(modifier), accepted);
		g_autofree char *vector = modifier > 0 && modifier <= 16000 ? vector_text(modifier) : g_strdup("{}");
		if (!try_literal(session, type, modifier, vector, accepted, error))
			return false;
		for (guint i = 0; rows_stock_guesses[i] != NULL && accepted->len < GUESSES_WANTED; i++)
			if (!try_literal(session, type, modifier, rows_stock_guesses[i], accepted, error))
				return false;
	}
	for (guint i = 0; i < accepted->len; i++)
		g_ptr_array_add(values, g_strdup(g_ptr_array_index(accepted, i)));
	return true;
}

/* --- One column ------------------------------------------------------------ */

/* Keeps the first of equal values. */
static void
remove_duplicates(GPtrArray *values)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < values->len;) {
		if (g_hash_table_contains(seen, g_ptr_array_index(values, i)))
			g_ptr_array_remove_index(values, i);
		else
			g_hash_table_add(seen, g_ptr_array_index(values, i++));
	}
}

static bool
values_is_json(const RowsType *type)
{
	return type->own && (strcmp(type->plain_name, "jsonb") == 0 || strcmp(type->plain_name, "json") == 0);
}

/* Objects with what the statements of the history take out of the column. */
static void
values_append_members(const RowsModel *model, const RowsFillTable *table, const RowsFillColumn *column,
                      GPtrArray *values)
{
	g_autoptr(RowsMembers) members = rows_members_new(column->name);

	for (guint i = 0; model->hints != NULL && i < model->hints->len; i++)
		rows_hint_learn_members(g_ptr_array_index(model->hints, i), table, column, members);
	rows_members_append(members, values);
}

static void
append_all_suggested(const RowsModel *model, const RowsFillTable *table, guint index, const RowsType *type,
                     int modifier, guint n_more, GPtrArray *values)
{
	const RowsFillColumn *column = rows_fill_column(table, index);

	for (guint i = 0; i < table->checks->len; i++) {
		const RowsCheck *check = g_ptr_array_index(table->checks, i);
		if (values_has_column(check->columns, index))
			rows_values_append_suggested(values, type, modifier, check->expression, n_more);
	}
	for (const RowsType *domain = column->type; domain != NULL; domain = domain->base)
		for (guint i = 0; domain->checks != NULL && i < domain->checks->len; i++)
			rows_values_append_suggested(values, type, modifier, g_ptr_array_index(domain->checks, i),
			                             n_more);
	for (guint i = 0; i < table->indexes->len; i++) {
		const RowsIndex *in = g_ptr_array_index(table->indexes, i);
		if (in->predicate != NULL && rows_expression_mentions(in->predicate, column->name))
			rows_values_append_suggested(values, type, modifier, in->predicate, 0);
	}
	for (guint i = 0; model->hints != NULL && i < model->hints->len; i++)
		rows_hint_append(g_ptr_array_index(model->hints, i), table, column, type, modifier, values);
	if (values_is_json(type))
		values_append_members(model, table, column, values);
}

/* A column that a statement of the history unpacks as a JSON array holds arrays: the values for it take the place of
 * those in stock. True when it is one. */
static bool
values_append_arrays(const RowsModel *model, const RowsFillTable *table, const RowsFillColumn *column,
                     const RowsType *type, guint n_more, GPtrArray *values)
{
	static const char *const arrays[] = { "[]", "[{\"name\": \"name 1\", \"number\": 1}]",
		                              "[{\"name\": \"name 1\", \"number\": 1}, {\"a\": null}]" };
	bool taken = false;

	if (!rows_stock_is_text(type) && !values_is_json(type))
		return false;
	for (guint i = 0; model->hints != NULL && i < model->hints->len && !taken; i++)
		taken = rows_hint_takes_array(g_ptr_array_index(model->hints, i), table, column);
	for (gsize i = 0; taken && i < G_N_ELEMENTS(arrays); i++)
		g_ptr_array_add(values, rows_literal(arrays[i]));
	for (guint i = 0; taken && i < n_more; i++) {
		g_autofree char *array = g_strdup_printf("[{\"number\": %u}]", i + 2);
		g_ptr_array_add(values, rows_literal(array));
	}
	return taken;
}

/* The columns of a table begin at different values of their types. */
static guint
salt_of(const RowsFillTable *table, const RowsFillColumn *column)
{
	guint hash = 2166136261U;

	for (const char *c = table->identity; *c != '\0'; c++)
		hash = (hash ^ (guchar)*c) * 16777619U;
	for (const char *c = column->name; *c != '\0'; c++)
		hash = (hash ^ (guchar)*c) * 16777619U;
	return hash;
}

/* NULL once more among the values, at another place for each column, if a statement of the history needs rows in which
 * this column is NULL and others are not, or several of a unique one. */
static void
values_repeat_null(const RowsModel *model, const RowsFillTable *table, guint index, GPtrArray *values)
{
	const RowsFillColumn *column = rows_fill_column(table, index);
	bool wanted = false;

	if (column->not_null || values->len < 3)
		return;
	/* A unique key takes several NULLs. */
	for (guint i = 0; model->hints != NULL && i < model->hints->len && !wanted; i++) {
		const RowsHint *hint = g_ptr_array_index(model->hints, i);
		wanted = column->distinct ? rows_hint_fills_null(hint, table, column)
		                          : rows_hint_combines(hint, table, column);
	}
	if (!wanted)
		return;
	/* Of a unique column the rows take the values in turn, from the one with its number on; the first may get no
	 * turn. */
	guint place = column->distinct ? (index + 3) % values->len : 2 + salt_of(table, column) % (values->len - 2);
	for (guint i = 0; i < (column->distinct ? 2 : 1); i++)
		g_ptr_array_insert(values, (gint)((place + 3 * i) % values->len), g_strdup("NULL"));
}

/* The next numbers of the column's sequence. */
static bool
draw_numbers(DbSession *session, const RowsFillTable *table, RowsFillColumn *column, guint n, GError **error)
{
	g_autofree char *name = rows_literal(column->name);
	g_autofree char *of = rows_literal(table->quoted);
	g_autofree char *next = column->default_sql != NULL
	                            ? g_strdup(column->default_sql)
	                            : g_strdup_printf("pg_catalog.nextval(pg_catalog.pg_get_serial_sequence(%s, %s))",
	                                              of, name);
	g_autofree char *sql = g_strdup_printf("SELECT %s FROM pg_catalog.generate_series(1, %u)", next, n);
	g_autoptr(DbResult) result = db_session_query(session, error, sql, NULL);

	if (result == NULL)
		return false;
	for (int row = 0; row < db_result_rows(result); row++)
		g_ptr_array_add(column->values, rows_literal(db_result_value(result, row, 0)));
	column->n_usual = column->values->len;
	return true;
}

/* Small numbers for columns that checks calculate with. */
#define CALCULABLE 12

static bool
values_make_values(DbSession *session, RowsModel *model, RowsFillTable *table, guint index, guint n_distinct, bool tame,
                   GError **error)
{
	RowsFillColumn *column = rows_fill_column(table, index);
	int modifier = column->modifier;
	const RowsType *type = rows_type_base(column->type, &modifier);
	RowsStockOptions options = {
		/* An id at the end of its type leaves none for the next row. */
		.tame = tame || column->tame || (column->distinct && rows_stock_is_number(type)),
		.utf8 = model->utf8,
		.n_more = column->distinct ? n_distinct : 0,
		/* In real data, rows refer to one another even without a foreign key. */
		.salt = tame ? 0 : salt_of(table, column),
	};
	/* Checks that calculate with several columns need some to choose from. */
	if (column->tame && rows_stock_is_number(type))
		options.n_more = MAX(options.n_more, CALCULABLE);
	GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) stock = g_ptr_array_new_with_free_func(g_free);

	g_clear_pointer(&column->values, g_ptr_array_unref);
	column->values = values;
	if (column->left_out) {
		g_ptr_array_add(values, g_strdup("NULL"));
		return true;
	}
	if (column->drawn)
		return draw_numbers(session, table, column, n_distinct, error);
	if (column->default_sql != NULL && rows_values_is_constant(column->default_sql))
		g_ptr_array_add(values, g_strdup(column->default_sql));
	if (!column->not_null)
		g_ptr_array_add(values, g_strdup("NULL"));
	append_all_suggested(model, table, index, type, modifier, column->distinct ? n_distinct : 0, values);
	guint n_limits = 0;
	if (!values_append_arrays(model, table, column, type, options.n_more, stock))
		n_limits = rows_stock_append(stock, type, modifier, &options);
	if (stock->len == 0 && !append_guesses(session, (RowsType *)type, modifier, stock, error))
		return false;
	g_ptr_array_extend_and_steal(values, g_steal_pointer(&stock));
	/* The last resort is a default that may be another one every time. */
	if (values->len == 0 && column->default_sql != NULL)
		g_ptr_array_add(values, g_strdup(column->default_sql));
	remove_duplicates(values);
	values_repeat_null(model, table, index, values);
	column->n_usual = values->len - MIN(n_limits, values->len);
	return true;
}

bool
rows_values_make(DbSession *session, RowsModel *model, const GPtrArray *tables, guint n_rows, bool tame, GError **error)
{
	for (guint i = 0; i < tables->len; i++) {
		RowsFillTable *table = g_ptr_array_index(tables, i);
		guint n_distinct = rows_values_rows_to_make(table, n_rows);
		for (guint j = 0; j < table->columns->len; j++) {
			RowsFillColumn *column = rows_fill_column(table, j);
			if (!column->in_key && rows_values_wanted(table, column) &&
			    !values_make_values(session, model, table, j, n_distinct, tame, error))
				return false;
		}
	}
	return rows_filter_values(session, tables, 3 * n_rows, error);
}
