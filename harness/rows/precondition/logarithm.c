/* Logarithms and roots in the statements of a migration: the server refuses those of numbers below or at zero. */
#include "rows/precondition/precondition_private.h"

#include "rows/state/expression.h"

#include <string.h>

static const char logarithm_pattern[] = "\\b(?<function>log10|log|ln|sqrt)\\s*\\(";

/* One call, as it stands in the statement. */
typedef struct {
	char *call;     /* "log(2, nullif(t.size, 0) / 32)" */
	char *argument; /* "nullif(t.size, 0) / 32" */
	bool root;
	GPtrArray *preconditions;
} Logarithm;

static void
logarithm_clear(Logarithm *logarithm)
{
	g_free(logarithm->call);
	g_free(logarithm->argument);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Logarithm, logarithm_clear)

/* The parts of the call whose parenthesis opens at `open`. False: it has texts or comments, or does not end. */
static bool
logarithm_take(const char *statement, gsize begin, gsize open, Logarithm *logarithm)
{
	gsize last = open + 1;
	guint depth = 0;

	for (gsize i = open; statement[i] != '\0' && strchr("'\";$", statement[i]) == NULL; i++) {
		if (statement[i] == ',' && depth == 1)
			last = i + 1;
		depth += statement[i] == '(';
		if (statement[i] != ')' || --depth > 0)
			continue;
		logarithm->call = g_strndup(statement + begin, i + 1 - begin);
		logarithm->argument = g_strstrip(g_strndup(statement + last, i - last));
		return true;
	}
	return false;
}

/* Without the name of its table before the column, which a check of the table cannot have. The caller frees it. */
static char *
logarithm_of_table(const char *text, const char *column)
{
	g_autofree char *escaped = g_regex_escape_string(column, -1);
	g_autofree char *pattern = g_strdup_printf("\\b\\w+\\s*\\.\\s*(?=%s\\b)", escaped);
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);

	return regex != NULL ? g_regex_replace_literal(regex, text, -1, 0, "", 0, NULL) : g_strdup(text);
}

static bool
logarithm_is_known(const Logarithm *logarithm, const char *meaning)
{
	for (guint i = 0; i < logarithm->preconditions->len; i++) {
		const RowsPrecondition *known = g_ptr_array_index(logarithm->preconditions, i);
		if (g_strcmp0(known->meaning, meaning) == 0)
			return true;
	}
	return false;
}

static void
logarithm_visit(const RowsBeforeTable *table, const RowsBeforeColumn *column, void *data)
{
	const Logarithm *logarithm = data;

	if (!rows_expression_mentions(logarithm->argument, column->name))
		return;
	g_autofree char *call = logarithm_of_table(logarithm->call, column->name);
	g_autofree char *argument = logarithm_of_table(logarithm->argument, column->name);
	g_autofree char *meaning = g_strdup_printf("%s can be calculated for every row of %s", call, table->identity);
	if (logarithm_is_known(logarithm, meaning))
		return;
	RowsPrecondition *precondition = rows_precondition_add(logarithm->preconditions, ROWS_PRECONDITION_CHECK,
	                                                       table);
	/* Not the call itself, which would end the question of which values there may be. */
	g_autofree char *condition = g_strdup_printf("(%s) %s 0", argument, logarithm->root ? ">=" : ">");
	precondition->calculated = true;
	precondition->meaning = g_steal_pointer(&meaning);
	precondition->query = g_strdup_printf("SELECT * FROM %s WHERE %s %s 0", table->quoted, argument,
	                                      logarithm->root ? "<" : "<=");
	rows_precondition_hold_condition(precondition, table, condition, logarithm->preconditions->len);
}

void
rows_before_learn_logarithms(const RowsBefore *before, const char *statement, GPtrArray *preconditions)
{
	g_autoptr(GRegex) regex = g_regex_new(logarithm_pattern, G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	for (g_regex_match(regex, statement, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *function = g_match_info_fetch_named(match, "function");
		g_auto(Logarithm)
		    logarithm = { .root = g_ascii_strcasecmp(function, "sqrt") == 0, .preconditions = preconditions };
		int begin = 0;
		int end = 0;
		if (g_match_info_fetch_pos(match, 0, &begin, &end) &&
		    logarithm_take(statement, (gsize)begin, (gsize)end - 1, &logarithm))
			rows_before_each_named(before, statement, logarithm_visit, &logarithm);
	}
}
