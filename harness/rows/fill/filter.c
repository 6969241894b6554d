#include "rows/fill/filter.h"

#include "rows/fill/values.h"
#include "rows/state/expression.h"
#include "rows/state/queries.h"

#include <stdlib.h>

/* Combinations that are tried for one group of columns. */
#define MAX_COMBINATIONS 1500

/* --- Asking ---------------------------------------------------------------- */

/* A question to the server about one column, or about one group. */
typedef struct {
	RowsFillTable *table;
	RowsFillColumn *column; /* or NULL */
	GArray *columns;        /* of the group: indexes, of guint; or NULL */
	char *sql;
} Question;

static void
clear_question(gpointer data)
{
	Question *question = data;

	g_free(question->sql);
	g_clear_pointer(&question->columns, g_array_unref);
}

static GArray *
questions_new(void)
{
	GArray *questions = g_array_new(FALSE, FALSE, sizeof(Question));

	g_array_set_clear_func(questions, clear_question);
	return questions;
}

/* Keeps the values with these numbers. A column without any keeps all: the server will say why they will not do. */
static void
take_values(const Question *question, const DbResult *answer)
{
	GPtrArray *values = question->column->values;
	guint n_usual = 0;

	if (db_result_rows(answer) == 0)
		return;
	GPtrArray *kept = g_ptr_array_new_with_free_func(g_free);
	for (int row = 0; row < db_result_rows(answer); row++) {
		guint64 number = g_ascii_strtoull(db_result_value(answer, row, 0), NULL, 10);
		g_ptr_array_add(kept, g_strdup(g_ptr_array_index(values, number)));
		n_usual += number < question->column->n_usual;
	}
	g_ptr_array_unref(values);
	question->column->values = kept;
	question->column->n_usual = n_usual;
}

static void
take_group(const Question *question, const DbResult *answer)
{
	RowsGroup *group;

	if (db_result_rows(answer) == 0)
		return;
	group = g_new0(RowsGroup, 1);
	group->columns = g_array_ref(question->columns);
	group->tuples = g_array_new(FALSE, FALSE, sizeof(guint));
	for (int row = 0; row < db_result_rows(answer); row++) {
		for (guint i = 0; i < group->columns->len; i++) {
			guint number = (guint)strtoul(db_result_value(answer, row, (int)i), NULL, 10);
			g_array_append_val(group->tuples, number);
		}
	}
	for (guint i = 0; i < group->columns->len; i++)
		rows_fill_column(question->table, g_array_index(group->columns, guint, i))->group = group;
	g_ptr_array_add(question->table->groups, group);
}

static void
take_answer(const Question *question, const DbResult *answer)
{
	if (question->column != NULL)
		take_values(question, answer);
	else
		take_group(question, answer);
}

static bool
filter_ask_one_by_one(DbSession *session, const GArray *questions, GError **error)
{
	for (guint i = 0; i < questions->len; i++) {
		const Question *question = &g_array_index(questions, Question, i);
		g_auto(RowsRefusal) refusal = { 0 };
		g_autoptr(DbResult) answer = NULL;
		if (!rows_try(session, question->sql, &answer, &refusal, error))
			return false;
		if (answer != NULL)
			take_answer(question, answer);
	}
	return true;
}

static bool
filter_ask_all(DbSession *session, const GArray *questions, GError **error)
{
	g_autofree const char **statements = g_new0(const char *, questions->len + 2);
	g_autofree DbResult **answers = g_new0(DbResult *, questions->len + 2);

	if (questions->len == 0)
		return true;
	statements[0] = "SAVEPOINT pgassay_values";
	for (guint i = 0; i < questions->len; i++)
		statements[i + 1] = g_array_index(questions, Question, i).sql;
	statements[questions->len + 1] = "RELEASE SAVEPOINT pgassay_values";
	if (!db_session_pipeline(session, (int)questions->len + 2, statements, answers, NULL)) {
		return db_session_execute(session, "ROLLBACK TO SAVEPOINT pgassay_values", error) &&
		       filter_ask_one_by_one(session, questions, error);
	}
	for (guint i = 0; i < questions->len; i++)
		take_answer(&g_array_index(questions, Question, i), answers[i + 1]);
	for (guint i = 0; i < questions->len + 2; i++)
		db_result_free(answers[i]);
	return true;
}

/* "(VALUES (0, a), (1, b)) AS alias(number, column)" of the first n values. */
static void
append_values(GString *sql, const RowsFillColumn *column, guint n, const char *alias, const char *number)
{
	int modifier = column->modifier;

	g_string_append(sql, "(VALUES ");
	for (guint i = 0; i < n; i++) {
		const char *value = g_ptr_array_index(column->values, i);
		if (i == 0)
			g_string_append_printf(sql, "(0, (%s)::%s)", value,
			                       rows_type_base(column->type, &modifier)->name);
		else
			g_string_append_printf(sql, ", (%u, %s)", i, value);
	}
	g_string_append_printf(sql, ") AS %s(%s, %s)", alias, number, column->quoted);
}

/* --- One column ------------------------------------------------------------- */

/* The conditions on this one column; empty without any. */
static char *
conditions_of(const RowsFillTable *table, guint index)
{
	const RowsFillColumn *column = rows_fill_column(table, index);
	GString *conditions = g_string_new(NULL);

	for (guint i = 0; i < table->checks->len; i++) {
		const RowsCheck *check = g_ptr_array_index(table->checks, i);
		if (check->columns->len == 1 && g_array_index(check->columns, guint, 0) == index)
			g_string_append_printf(conditions, "%s(%s) IS NOT FALSE", conditions->len > 0 ? " AND " : "",
			                       check->expression);
	}
	for (const RowsType *domain = column->type; domain != NULL; domain = domain->base) {
		for (guint i = 0; domain->checks != NULL && i < domain->checks->len; i++) {
			g_autofree char *check = rows_expression_replace_value(g_ptr_array_index(domain->checks, i),
			                                                       column->quoted);
			g_string_append_printf(conditions, "%s(%s) IS NOT FALSE", conditions->len > 0 ? " AND " : "",
			                       check);
		}
	}
	return g_string_free(conditions, FALSE);
}

static void
ask_about_column(RowsFillTable *table, guint index, GArray *questions)
{
	RowsFillColumn *column = rows_fill_column(table, index);
	g_autofree char *conditions = conditions_of(table, index);
	g_autofree char *name = rows_identifier(table->name);

	if (conditions[0] == '\0' || column->values == NULL || column->values->len == 0)
		return;
	GString *sql = g_string_new("SELECT pgassay_i FROM ");
	append_values(sql, column, column->values->len, name, "pgassay_i");
	g_string_append_printf(sql, " WHERE %s", conditions);
	Question question = { .table = table, .column = column, .sql = g_string_free(sql, FALSE) };
	g_array_append_val(questions, question);
}

/* --- Groups of columns ------------------------------------------------------- */

/* A check on several columns, of which all have values to choose from. A column that needs another value in each row
 * cannot be made to take one of a few. */
static bool
ties_columns(const RowsFillTable *table, const RowsCheck *check)
{
	for (guint i = 0; i < check->columns->len; i++) {
		const RowsFillColumn *column = rows_fill_column(table, g_array_index(check->columns, guint, i));
		if (column->in_key || column->distinct || column->values == NULL || column->values->len == 0)
			return false;
	}
	return check->columns->len > 1;
}

/* Gives each column the number of its group: columns of one check have the same. */
static guint *
number_groups(const RowsFillTable *table)
{
	guint *groups = g_new0(guint, table->columns->len + 1);

	for (guint i = 0; i < table->columns->len; i++)
		groups[i] = i;
	for (guint i = 0; i < table->checks->len; i++) {
		const RowsCheck *check = g_ptr_array_index(table->checks, i);
		if (!ties_columns(table, check))
			continue;
		guint first = groups[g_array_index(check->columns, guint, 0)];
		for (guint j = 1; j < check->columns->len; j++) {
			guint other = groups[g_array_index(check->columns, guint, j)];
			for (guint k = 0; k < table->columns->len; k++)
				if (groups[k] == other)
					groups[k] = first;
		}
	}
	return groups;
}

/* The number of values of each column that keeps the number of combinations below the limit. */
static guint
values_of_each(guint n_columns)
{
	guint n = 1;

	for (;; n++) {
		guint64 product = 1;
		for (guint i = 0; i < n_columns; i++)
			product *= n + 1;
		if (product > MAX_COMBINATIONS)
			return MAX(n, 2);
	}
}

static void
append_checks(GString *sql, RowsFillTable *table, const guint *groups, guint group)
{
	const char *glue = " WHERE ";

	for (guint i = 0; i < table->checks->len; i++) {
		const RowsCheck *check = g_ptr_array_index(table->checks, i);
		if (!ties_columns(table, check) || groups[g_array_index(check->columns, guint, 0)] != group)
			continue;
		g_string_append_printf(sql, "%s(%s) IS NOT FALSE", glue, check->expression);
		glue = " AND ";
	}
}

/* The combinations come well mixed, and in the same order every time. */
static void
append_order(GString *sql, guint n_columns, guint n_tuples)
{
	g_string_append(sql, " ORDER BY pg_catalog.hashint4(0");
	for (guint i = 0; i < n_columns; i++)
		g_string_append_printf(sql, " * 31 + pgassay_%u", i);
	g_string_append_c(sql, ')');
	for (guint i = 0; i < n_columns; i++)
		g_string_append_printf(sql, ", pgassay_%u", i);
	g_string_append_printf(sql, " LIMIT %u", n_tuples);
}

static void
ask_about_group(RowsFillTable *table, const guint *groups, guint group, guint n_tuples, GArray *questions)
{
	GArray *columns = g_array_new(FALSE, FALSE, sizeof(guint));
	g_autoptr(GString) sql = g_string_new("SELECT ");
	g_autoptr(GString) from = g_string_new(" FROM ");

	for (guint i = 0; i < table->columns->len; i++)
		if (groups[i] == group)
			g_array_append_val(columns, i);
	/* Too many to try even two values of each. */
	if (columns->len < 2 || columns->len > 10) {
		g_array_unref(columns);
		return;
	}
	guint n_values = values_of_each(columns->len);
	for (guint i = 0; i < columns->len; i++) {
		const RowsFillColumn *column = rows_fill_column(table, g_array_index(columns, guint, i));
		g_autofree char *number = g_strdup_printf("pgassay_%u", i);
		g_autofree char *alias = g_strdup_printf("v%u", i);
		g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", number);
		g_string_append(from, i > 0 ? " CROSS JOIN " : "");
		append_values(from, column, MIN(n_values, column->values->len), alias, number);
	}
	g_string_append(sql, from->str);
	append_checks(sql, table, groups, group);
	append_order(sql, columns->len, n_tuples);
	Question question = {
		.table = table,
		.columns = columns,
		.sql = g_string_free(g_steal_pointer(&sql), FALSE),
	};
	g_array_append_val(questions, question);
}

static void
ask_about_groups(RowsFillTable *table, guint n_tuples, GArray *questions)
{
	g_autofree guint *groups = number_groups(table);

	g_ptr_array_set_size(table->groups, 0);
	for (guint i = 0; i < table->columns->len; i++)
		rows_fill_column(table, i)->group = NULL;
	for (guint i = 0; i < table->columns->len; i++)
		if (groups[i] == i)
			ask_about_group(table, groups, i, n_tuples, questions);
}

bool
rows_filter_values(DbSession *session, const GPtrArray *tables, guint n_tuples, GError **error)
{
	g_autoptr(GArray) columns = questions_new();
	g_autoptr(GArray) groups = questions_new();

	for (guint i = 0; i < tables->len; i++) {
		RowsFillTable *table = g_ptr_array_index(tables, i);
		for (guint j = 0; j < table->columns->len; j++)
			ask_about_column(table, j, columns);
	}
	if (!filter_ask_all(session, columns, error))
		return false;
	for (guint i = 0; i < tables->len; i++)
		ask_about_groups(g_ptr_array_index(tables, i), n_tuples, groups);
	return filter_ask_all(session, groups, error);
}
