/* The differences between a copy and the current table. */
#include "rows/state/copy_private.h"

#include "catalog/identity.h"
#include "rows/state/queries.h"

#include <string.h>

/* Characters of a value that are shown. */
#define SHOWN      60

#define N_EXAMPLES 3

static void
explain_free_loss(gpointer data)
{
	RowsLoss *loss = data;

	g_free(loss->table);
	g_free(loss->column);
	for (guint i = 0; i < G_N_ELEMENTS(loss->examples); i++) {
		g_free(loss->examples[i].key);
		g_free(loss->examples[i].before);
		g_free(loss->examples[i].now);
	}
	g_free(loss);
}

/* One call. */
typedef struct {
	DbSession *session;
	const CatalogTransaction *transaction;
	GHashTable *columns; /* that there are now */
	GPtrArray *losses;
} Explanation;

/* One table. */
typedef struct {
	const RowsTable *table;
	guint number;
	bool is_there;
	bool *has;    /* by column: it is still there */
	bool has_key; /* rows can be matched by the primary key */
} Subject;

static const char *
column_name(const Subject *subject, guint i)
{
	return g_array_index(subject->table->columns, RowsColumn, i).name;
}

/* --- Pieces of SQL --------------------------------------------------------- */

/* The rows as they are now, in the form of the copy: columns that are gone are NULL. */
static void
append_now(const Explanation *explanation, GString *sql, const Subject *subject)
{
	g_autofree char *schema = db_session_quote_identifier(explanation->session, subject->table->schema);
	g_autofree char *name = db_session_quote_identifier(explanation->session, subject->table->name);

	g_string_append(sql, "(SELECT true AS p");
	for (guint i = 0; i < subject->table->columns->len; i++) {
		g_autofree char *column = db_session_quote_identifier(explanation->session, column_name(subject, i));
		if (subject->has[i])
			g_string_append_printf(sql, ", x.%s::text COLLATE \"C\" AS c%u", column, i);
		else
			g_string_append_printf(sql, ", NULL::text AS c%u", i);
	}
	if (subject->is_there)
		g_string_append_printf(sql, " FROM ONLY %s.%s AS x)", schema, name);
	else
		g_string_append(sql, " WHERE false)");
}

static bool
is_key(const Subject *subject, guint i)
{
	return subject->has_key && g_strv_contains((const char *const *)subject->table->key, column_name(subject, i));
}

/* Copy (b) and table (a), row by row. */
static void
append_joined(const Explanation *explanation, GString *sql, const Subject *subject)
{
	const char *glue = " ON ";

	g_string_append_printf(sql, " FROM " ROWS_COPY_SCHEMA ".t%u b FULL JOIN ", subject->number);
	append_now(explanation, sql, subject);
	g_string_append(sql, " a");
	for (guint i = 0; i < subject->table->columns->len; i++) {
		if (!is_key(subject, i))
			continue;
		g_string_append_printf(sql, "%sa.c%u = b.c%u", glue, i, i);
		glue = " AND ";
	}
}

/* The columns that can be compared, as "prefix.c0, prefix.c1". */
static void
append_common(GString *sql, const Subject *subject, const char *prefix)
{
	bool any = false;

	for (guint i = 0; i < subject->table->columns->len; i++) {
		if (subject->is_there && !subject->has[i])
			continue;
		g_string_append_printf(sql, "%s%s.c%u", any ? ", " : "", prefix, i);
		any = true;
	}
}

/* Appends an expression for the comparable columns outside of the key as text: a = "x", b = NULL, cut a little above
 * the displayed length. */
static void
explain_append_text(const Explanation *explanation, GString *sql, const Subject *subject, const char *prefix)
{
	/* A table may have no columns at all. */
	g_string_append(sql, "left(concat_ws(', ', NULL::text");
	for (guint i = 0; i < subject->table->columns->len; i++) {
		if ((subject->is_there && !subject->has[i]) || is_key(subject, i))
			continue;
		g_autofree char *text = g_strdup_printf("%s = ", column_name(subject, i));
		g_autofree char *label = db_session_quote_literal(explanation->session, text);
		g_string_append_printf(sql, ", %s || coalesce('\"' || %s.c%u || '\"', 'NULL')", label, prefix, i);
	}
	g_string_append(sql, "), 100)");
}

/* "id = 7, kind = x", or NULL. */
static void
append_key(const Explanation *explanation, GString *sql, const Subject *subject)
{
	bool any = false;

	for (guint i = 0; i < subject->table->columns->len; i++) {
		if (!is_key(subject, i))
			continue;
		g_autofree char *text = g_strdup_printf("%s%s = ", any ? ", " : "", column_name(subject, i));
		g_autofree char *label = db_session_quote_literal(explanation->session, text);
		g_string_append_printf(sql, "%s%s || coalesce(b.c%u, a.c%u)", any ? " || " : "", label, i, i);
		any = true;
	}
	if (!any)
		g_string_append(sql, "NULL");
}

/* --- Results --------------------------------------------------------------- */

static char *
explain_shorten(const char *value)
{
	if (value == NULL)
		return NULL;
	if (g_utf8_strlen(value, -1) <= SHOWN)
		return g_strdup(value);
	g_autofree char *start = g_utf8_substring(value, 0, SHOWN - 3);
	return g_strconcat(start, "...", NULL);
}

/* Rows of key, before, now. */
static void
add_loss(Explanation *explanation, const Subject *subject, RowsLossKind kind, const char *column, gint64 n_rows,
         const DbResult *examples)
{
	RowsLoss *loss = g_new0(RowsLoss, 1);

	loss->kind = kind;
	loss->table = g_strdup(subject->table->identity);
	loss->column = g_strdup(column);
	loss->n_rows = n_rows;
	for (int row = 0; row < db_result_rows(examples) && row < N_EXAMPLES; row++) {
		RowsExample *example = &loss->examples[loss->n_examples++];
		example->key = explain_shorten(db_result_value(examples, row, 0));
		example->before = explain_shorten(db_result_value(examples, row, 1));
		example->now = explain_shorten(db_result_value(examples, row, 2));
	}
	g_ptr_array_add(explanation->losses, loss);
}

static bool
explain_query(Explanation *explanation, const char *sql, DbResult **ret_result, GError **error)
{
	g_autoptr(GPtrArray) results = g_ptr_array_new();

	if (!rows_transaction_run(explanation->session, explanation->transaction, false, false, 1, &sql, results,
	                          error))
		return false;
	*ret_result = g_ptr_array_index(results, 0);
	return true;
}

/* --- Rows that can be matched ------------------------------------------------ */

/* A suffix without meaning after a number or a time, as in 12.50 and 12.5, blanks, or a time zone: losing it is no
 * cut. */
#define SAYS_NOTHING "'^( *|[.]?0+|[ T]00:00:00([.]0+)?([+-][0-9:]+)?|[+-][0-9]{2}(:?[0-9]{2})?)$'"
#define IS_NUMBER    " ~ '^-?[0-9]{1,200}([.][0-9]{1,200})?(e[+-][0-9]{1,3})?$'"

/* Numbers that a type with fewer digits has made of the others: 1.2345679e+08 of 123456789.12. */
#define FEWER_DIGITS                                                                                                   \
	"abs(a.v::numeric - b.v::numeric) <= abs(b.v::numeric) / 1000000"                                              \
	" AND length(split_part(a.v, 'e', 1)) < length(split_part(b.v, 'e', 1))"

/* A day or a time of day whose seconds have a fraction; without it, what is left of one. */
#define IS_TIME      " ~ '^([0-9]{4,6}-[0-9-]{5} )?[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?([+-][0-9:]+)?$'"
#define FRACTION(of) "length(coalesce(substring(" of " FROM '[.][0-9]+'), ''))"
#define SECONDS(of)                                                                                                    \
	"extract(epoch FROM CASE WHEN " of " ~ ' ' THEN " of "::timestamptz - 'epoch' ELSE left(" of                   \
	", 15)::interval END)"

/* How the values of the column have changed. */
static bool
count_column(Explanation *explanation, const Subject *subject, guint i, RowsLoss *loss, GError **error)
{
	g_autoptr(GString) sql = g_string_new(NULL);
	g_autoptr(DbResult) counts = NULL;
	gint64 *const numbers[] = { &loss->n_nulled,          &loss->n_cut,          &loss->n_rounded,
		                    &loss->n_distinct_before, &loss->n_distinct_now, &loss->n_reworded };

	g_string_append(
	    sql,
	    "SELECT count(*) FILTER (WHERE b.v NOT IN ('NaN', 'Infinity', '-Infinity') AND a.v IS NULL),"
	    " count(*) FILTER (WHERE starts_with(b.v, a.v) AND a.v <> b.v AND substr(b.v, length(a.v) + 1) "
	    "!~ " SAYS_NOTHING "),"
	    " count(*) FILTER (WHERE CASE WHEN a.v" IS_NUMBER " AND b.v" IS_NUMBER
	    " THEN a.v::numeric <> b.v::numeric AND NOT starts_with(b.v, a.v)"
	    " AND (scale(a.v::numeric) < scale(b.v::numeric)"
	    " AND a.v::numeric IN (round(b.v::numeric, scale(a.v::numeric)), trunc(b.v::numeric, scale(a.v::numeric)))"
	    " OR " FEWER_DIGITS ") END"
	    " OR CASE WHEN a.v" IS_TIME " AND b.v" IS_TIME
	    " THEN " FRACTION("a.v") " < " FRACTION("b.v") " AND abs(" SECONDS("a.v") " - " SECONDS(
		"b.v") ") BETWEEN 0.0000001 AND 1 AND NOT starts_with(b.v, a.v) END),"
		       " count(DISTINCT b.v), count(DISTINCT a.v),"
		       " count(*) FILTER (WHERE a.v <> b.v AND CASE WHEN a.v" IS_NUMBER " AND b.v" IS_NUMBER
		       " THEN a.v::numeric = b.v::numeric ELSE starts_with(b.v, a.v) AND substr(b.v, length(a.v) + 1) "
		       "~ " SAYS_NOTHING " END) FROM (SELECT");
	g_string_append_printf(sql, " b.c%u AS bv, a.c%u AS av", i, i);
	append_joined(explanation, sql, subject);
	g_string_append(sql, " WHERE b.p AND a.p) x CROSS JOIN LATERAL (SELECT x.bv AS v) b"
	                     " CROSS JOIN LATERAL (SELECT x.av AS v) a");
	if (!explain_query(explanation, sql->str, &counts, error))
		return false;
	for (guint n = 0; n < G_N_ELEMENTS(numbers); n++)
		*numbers[n] = g_ascii_strtoll(db_result_value(counts, 0, (int)n), NULL, 10);
	return true;
}

static bool
show_column(Explanation *explanation, const Subject *subject, guint i, gint64 n_rows, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT ");
	g_autoptr(DbResult) examples = NULL;

	append_key(explanation, sql, subject);
	g_string_append_printf(sql, ", left(b.c%u, 100), left(a.c%u, 100)", i, i);
	append_joined(explanation, sql, subject);
	g_string_append_printf(sql, " WHERE b.p AND a.p AND a.c%u IS DISTINCT FROM b.c%u ORDER BY 1 LIMIT 3", i, i);
	if (!explain_query(explanation, sql->str, &examples, error))
		return false;
	add_loss(explanation, subject, ROWS_VALUES_DIFFER, column_name(subject, i), n_rows, examples);
	return count_column(explanation, subject, i,
	                    g_ptr_array_index(explanation->losses, explanation->losses->len - 1), error);
}

static bool
show_matched_rows(Explanation *explanation, const Subject *subject, RowsLossKind kind, gint64 n_rows, GError **error)
{
	bool lost = kind == ROWS_LOST;
	g_autoptr(GString) sql = g_string_new("SELECT ");
	g_autoptr(DbResult) examples = NULL;

	append_key(explanation, sql, subject);
	g_string_append(sql, lost ? ", " : ", NULL, ");
	explain_append_text(explanation, sql, subject, lost ? "b" : "a");
	g_string_append(sql, lost ? ", NULL" : "");
	append_joined(explanation, sql, subject);
	g_string_append_printf(sql, " WHERE %s IS NULL ORDER BY 1 LIMIT 3", lost ? "a.p" : "b.p");
	if (!explain_query(explanation, sql->str, &examples, error))
		return false;
	add_loss(explanation, subject, kind, NULL, n_rows, examples);
	return true;
}

static bool
explain_matched(Explanation *explanation, const Subject *subject, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT count(*) FILTER (WHERE a.p IS NULL),"
	                                      " count(*) FILTER (WHERE b.p IS NULL)");
	g_autoptr(DbResult) counts = NULL;

	for (guint i = 0; i < subject->table->columns->len; i++)
		g_string_append_printf(sql, ", count(*) FILTER (WHERE a.p AND b.p AND a.c%u IS DISTINCT FROM b.c%u)", i,
		                       i);
	append_joined(explanation, sql, subject);
	if (!explain_query(explanation, sql->str, &counts, error))
		return false;
	for (guint i = 0; i < subject->table->columns->len; i++) {
		gint64 n_rows = g_ascii_strtoll(db_result_value(counts, 0, 2 + (int)i), NULL, 10);
		if (n_rows > 0 && subject->has[i] && !show_column(explanation, subject, i, n_rows, error))
			return false;
	}
	gint64 lost = g_ascii_strtoll(db_result_value(counts, 0, 0), NULL, 10);
	gint64 added = g_ascii_strtoll(db_result_value(counts, 0, 1), NULL, 10);
	return (lost == 0 || show_matched_rows(explanation, subject, ROWS_LOST, lost, error)) &&
	       (added == 0 || show_matched_rows(explanation, subject, ROWS_ADDED, added, error));
}

/* --- Rows that cannot -------------------------------------------------------- */

static bool
explain_side(Explanation *explanation, const Subject *subject, RowsLossKind kind, GError **error)
{
	bool lost = kind == ROWS_LOST;
	g_autoptr(GString) sql = g_string_new("SELECT NULL, ");
	g_autoptr(GString) now = g_string_new(NULL);
	g_autofree char *copy = g_strdup_printf(ROWS_COPY_SCHEMA ".t%u", subject->number);
	g_autoptr(DbResult) examples = NULL;

	append_now(explanation, now, subject);
	g_string_append(sql, lost ? "" : "NULL, ");
	explain_append_text(explanation, sql, subject, "d");
	g_string_append(sql, lost ? ", NULL" : "");
	g_string_append(sql, ", count(*) OVER () FROM (SELECT ");
	append_common(sql, subject, "l");
	g_string_append_printf(sql, " FROM %s l EXCEPT ALL SELECT ", lost ? copy : now->str);
	append_common(sql, subject, "r");
	g_string_append_printf(sql, " FROM %s r) d ORDER BY 2, 3 LIMIT 3", lost ? now->str : copy);
	if (!explain_query(explanation, sql->str, &examples, error))
		return false;
	if (db_result_rows(examples) > 0)
		add_loss(explanation, subject, kind, NULL, g_ascii_strtoll(db_result_value(examples, 0, 3), NULL, 10),
		         examples);
	return true;
}

/* --- Columns that are gone ----------------------------------------------------- */

static bool
explain_column_gone(Explanation *explanation, const Subject *subject, guint i, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT ");
	g_autoptr(DbResult) examples = NULL;

	append_key(explanation, sql, subject);
	g_string_append_printf(sql, ", left(b.c%u, 100), NULL, count(*) OVER () FROM " ROWS_COPY_SCHEMA ".t%u b", i,
	                       subject->number);
	g_string_append(sql, " CROSS JOIN LATERAL (SELECT b.*) a ORDER BY b.c");
	g_string_append_printf(sql, "%u IS NULL, 1, 2 LIMIT 3", i);
	if (!explain_query(explanation, sql->str, &examples, error))
		return false;
	gint64 n_rows = db_result_rows(examples) > 0 ? g_ascii_strtoll(db_result_value(examples, 0, 3), NULL, 10) : 0;
	add_loss(explanation, subject, ROWS_COLUMN_LOST, column_name(subject, i), n_rows, examples);
	return true;
}

/* --- All ------------------------------------------------------------------------ */

static bool
explain_table(Explanation *explanation, const RowsTable *table, guint number, GError **error)
{
	g_autofree bool *has = g_new0(bool, table->columns->len + 1);
	Subject subject = {
		.table = table,
		.number = number,
		.is_there = g_hash_table_contains(explanation->columns, table->identity),
		.has = has,
		.has_key = table->key != NULL,
	};

	for (guint i = 0; i < table->columns->len; i++)
		has[i] = rows_copy_has_column(explanation->columns, table, column_name(&subject, i));
	for (guint i = 0; subject.is_there && i < table->columns->len; i++)
		if (!has[i] && !explain_column_gone(explanation, &subject, i, error))
			return false;
	for (guint i = 0; subject.has_key && table->key[i] != NULL; i++)
		subject.has_key = rows_copy_has_column(explanation->columns, table, table->key[i]);
	if (subject.has_key)
		return explain_matched(explanation, &subject, error);
	return explain_side(explanation, &subject, ROWS_LOST, error) &&
	       explain_side(explanation, &subject, ROWS_ADDED, error);
}

static bool
explain_all(Explanation *explanation, const RowsState *before, GError **error)
{
	const char *sql = rows_copy_columns_sql();
	g_autoptr(GPtrArray) results = g_ptr_array_new_with_free_func((GDestroyNotify)db_result_free);

	if (!rows_transaction_run(explanation->session, explanation->transaction, true, false, 1, &sql, results, error))
		return false;
	explanation->columns = rows_copy_columns(g_ptr_array_index(results, 0));
	for (guint i = 0; i < before->tables->len; i++) {
		g_autofree char *name = g_strdup_printf("t%u", i);
		g_autofree char *copy = catalog_identity_join(ROWS_COPY_SCHEMA, NULL, name);
		if (g_hash_table_contains(explanation->columns, copy) &&
		    !explain_table(explanation, g_ptr_array_index(before->tables, i), i, error))
			return false;
	}
	return rows_transaction_run(explanation->session, explanation->transaction, false, true, 0, NULL, NULL, error);
}

GPtrArray *
rows_explain(DbSession *session, const RowsState *before, GError **error)
{
	g_autoptr(GPtrArray) losses = g_ptr_array_new_with_free_func(explain_free_loss);
	Explanation explanation = {
		.session = session,
		.transaction = catalog_transaction_choose(session, "compare rows", error),
		.losses = losses,
	};

	if (explanation.transaction == NULL)
		return NULL;
	bool done = explain_all(&explanation, before, error);
	g_clear_pointer(&explanation.columns, g_hash_table_unref);
	if (!done) {
		g_prefix_error(error, "could not compare rows: ");
		return NULL;
	}
	return g_steal_pointer(&losses);
}

/* --- In words --------------------------------------------------------------------- */

static void
explain_append_value(GString *text, const char *value)
{
	if (value != NULL)
		g_string_append_printf(text, "\"%s\"", value);
	else
		g_string_append(text, "NULL");
}

/* A row: its key, and its other columns where it has some. */
static void
explain_append_row(GString *text, const char *key, const char *columns)
{
	g_string_append(text, key != NULL ? key : columns[0] == '\0' ? "a row without columns" : "");
	if (key != NULL && columns[0] != '\0')
		g_string_append(text, ", ");
	g_string_append(text, columns);
}

static void
append_example(GString *text, const RowsLoss *loss, const RowsExample *example)
{
	g_string_append(text, "\n    ");
	if (loss->kind == ROWS_LOST || loss->kind == ROWS_ADDED) {
		explain_append_row(text, example->key, loss->kind == ROWS_ADDED ? example->now : example->before);
		return;
	}
	if (example->key != NULL)
		g_string_append_printf(text, "%s: ", example->key);
	if (loss->kind == ROWS_VALUES_DIFFER)
		g_string_append(text, "was ");
	explain_append_value(text, example->before);
	if (loss->kind == ROWS_VALUES_DIFFER) {
		g_string_append(text, ", is ");
		explain_append_value(text, example->now);
	}
}

char *
rows_losses_describe(const GPtrArray *losses)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < losses->len; i++) {
		const RowsLoss *loss = g_ptr_array_index(losses, i);
		const char *rows = loss->n_rows == 1 ? "row" : "rows";
		g_string_append_printf(text, "%stable \"%s\"", i > 0 ? "\n" : "", loss->table);
		if (loss->column != NULL)
			g_string_append_printf(text, ", column \"%s\"", loss->column);
		g_string_append_printf(text, ": %" G_GINT64_FORMAT " %s %s", loss->n_rows, rows,
		                       loss->kind == ROWS_VALUES_DIFFER ? (loss->n_rows == 1 ? "differs" : "differ")
		                       : loss->kind == ROWS_ADDED       ? "added"
		                                                        : "lost");
		for (guint j = 0; j < loss->n_examples; j++)
			append_example(text, loss, &loss->examples[j]);
	}
	return g_string_free(text, FALSE);
}
