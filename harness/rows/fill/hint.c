#include "rows/fill/hint.h"

#include "rows/fill/stock.h"
#include "rows/fill/values.h"
#include "rows/state/expression.h"

#include <string.h>

/* Maximum number of values of one column that one statement contributes. */
#define VALUES_MAX 6

struct RowsHint {
	int references;       /* atomic */
	char *small;          /* the statement in small letters, in which names are looked for */
	const char *names;    /* the condition in it */
	char *condition;      /* from the first WHERE or CASE on, as it is written; NULL: there is none */
	GPtrArray *constants; /* of it, of RowsConstant *; NULL without a condition */
	bool takes_arrays;    /* it calls a function that takes JSON arrays alone */
	bool combines;        /* it writes one value out of several */
	bool writes;
	char *unpacked; /* the statement as it is written, if it may take members out of JSON; or NULL */
};

/* Where the word begins that stands by itself; NULL: nowhere. */
static const char *
hint_find_word(const char *text, const char *word)
{
	gsize length = strlen(word);

	for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
		bool begins = at == text || !(g_ascii_isalnum(at[-1]) || at[-1] == '_');
		if (begins && !(g_ascii_isalnum(at[length]) || at[length] == '_'))
			return at;
	}
	return NULL;
}

/* Behind blanks and comments. */
static const char *
skip_comments(const char *sql)
{
	for (;;) {
		while (g_ascii_isspace(*sql))
			sql++;
		const char *end = g_str_has_prefix(sql, "--")   ? strchr(sql, '\n')
		                  : g_str_has_prefix(sql, "/*") ? strstr(sql, "*/")
		                                                : NULL;
		if (end == NULL)
			return sql;
		sql = end + (sql[0] == '/' ? 2 : 1);
	}
}

static bool
writes_rows(const char *small)
{
	static const char *const words[] = { "update", "delete", "insert", "merge", "with", "do" };
	const char *first = skip_comments(small);

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (hint_find_word(first, words[i]) == first)
			return true;
	return false;
}

/* The first WHERE or CASE of a statement that writes rows; or NULL. */
static const char *
hint_find_condition(const char *small)
{
	static const char *const conditions[] = { "where", "case" };
	const char *first = NULL;

	for (gsize i = 0; writes_rows(small) && i < G_N_ELEMENTS(conditions); i++) {
		const char *found = hint_find_word(small, conditions[i]);
		if (found != NULL && (first == NULL || found < first))
			first = found;
	}
	return first;
}

static bool
hint_has_any(const char *small, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strstr(small, *words) != NULL)
			return true;
	return false;
}

/* What an UPDATE sets is calculated: "SET total = price + tax". */
static bool
hint_calculates(const char *small)
{
	const char *set = hint_find_word(small, "set");
	const char *where = set != NULL ? hint_find_word(set, "where") : NULL;

	if (set == NULL || hint_find_word(skip_comments(small), "update") != skip_comments(small))
		return false;
	g_autofree char *assignments = g_strndup(set, where != NULL ? (gsize)(where - set) : strlen(set));
	return g_regex_match_simple("[\\w)\"]\\s+[-+*/]\\s+(?!interval)[\\w(\"]", assignments, G_REGEX_RAW, 0);
}

/* UPDATE ... SET a = b || c, and a generated column of that. */
static bool
hint_combines(const char *small)
{
	static const char *const signs[] = { "||", "json_build_", "jsonb_build_", "jsonb_set", NULL };

	return hint_calculates(small) ||
	       (hint_has_any(small, signs) && (writes_rows(small) || hint_find_word(small, "generated") != NULL));
}

RowsHint *
rows_hint_new(const char *statement)
{
	static const char *const arrays[] = { "json_array_", "jsonb_array_", NULL };
	g_autofree char *small = g_ascii_strdown(statement, -1);
	const char *condition = hint_find_condition(small);
	bool takes_arrays = hint_has_any(small, arrays);
	bool combines = hint_combines(small);

	bool unpacks = rows_members_suspected(statement);

	if (condition == NULL && !takes_arrays && !combines && !unpacks)
		return NULL;
	RowsHint *hint = g_new0(RowsHint, 1);
	hint->references = 1;
	hint->takes_arrays = takes_arrays;
	hint->combines = combines;
	hint->writes = writes_rows(small);
	hint->unpacked = unpacks ? g_strdup(statement) : NULL;
	if (condition != NULL) {
		hint->condition = g_strdup(statement + (condition - small));
		hint->constants = rows_expression_constants(hint->condition);
		hint->names = condition;
	}
	hint->small = g_steal_pointer(&small);
	return hint;
}

RowsHint *
rows_hint_ref(RowsHint *hint)
{
	g_atomic_int_inc(&hint->references);
	return hint;
}

void
rows_hint_unref(RowsHint *hint)
{
	if (hint == NULL || !g_atomic_int_dec_and_test(&hint->references))
		return;
	g_free(hint->small);
	g_free(hint->condition);
	g_free(hint->unpacked);
	g_clear_pointer(&hint->constants, g_ptr_array_unref);
	g_free(hint);
}

/* --- Values -------------------------------------------------------------------- */

static bool
is_date(const char *text)
{
	return g_regex_match_simple("^\\d{4}-\\d{2}-\\d{2}([ T]\\d{2}:\\d{2}(:\\d{2})?)?$", text, 0, 0);
}

static bool
is_uuid(const char *text)
{
	return g_regex_match_simple("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", text, G_REGEX_CASELESS, 0);
}

/* A text that the server may not be able to read would cost the whole INSERT. */
static void
hint_append_constant(const RowsConstant *constant, const RowsType *type, int modifier, GPtrArray *values)
{
	bool is_time = g_str_has_prefix(type->plain_name, "timestamp") || strcmp(type->plain_name, "date") == 0;

	if (constant->is_array)
		return;
	if (rows_stock_is_text(type))
		rows_stock_append_text(values, type, modifier, constant->text);
	else if (type->own && ((is_time && is_date(constant->text)) ||
	                       (strcmp(type->plain_name, "uuid") == 0 && is_uuid(constant->text))))
		g_ptr_array_add(values, rows_literal(constant->text));
}

/* Numbers by the rules for checks, which know how many digits a type takes. */
static void
hint_append_numbers(const RowsHint *hint, const RowsType *type, int modifier, GPtrArray *values)
{
	guint before = values->len;

	rows_values_append_suggested(values, type, modifier, hint->condition, 0);
	if (values->len > before + VALUES_MAX)
		g_ptr_array_set_size(values, (int)(before + VALUES_MAX));
}

void
rows_hint_append(const RowsHint *hint, const RowsFillTable *table, const RowsFillColumn *column, const RowsType *type,
                 int modifier, GPtrArray *values)
{
	g_autofree char *table_name = g_ascii_strdown(table->name, -1);
	g_autofree char *column_name = g_ascii_strdown(column->name, -1);

	if (hint->condition == NULL || hint_find_word(hint->names, column_name) == NULL ||
	    hint_find_word(hint->small, table_name) == NULL)
		return;
	if (rows_stock_is_number(type)) {
		hint_append_numbers(hint, type, modifier, values);
		return;
	}
	for (guint i = 0; i < hint->constants->len && i < VALUES_MAX; i++)
		hint_append_constant(g_ptr_array_index(hint->constants, i), type, modifier, values);
}

/* jsonb_array_elements(t.column), json_array_length(coalesce(column, '[]')), jsonb_array_elements_text(column::jsonb);
 * not ...(column -> 'key'), where the column holds an object. */
#define TAKES_ARRAY                                                                                                    \
	"\\bjsonb?_array_(?:elements(?:_text)?|length)\\s*\\(\\s*(?:coalesce\\s*\\(\\s*)?(?:\"?\\w+\"?\\s*\\.\\s*)*"   \
	"\"?%s\"?"                                                                                                     \
	"\\s*(?:::\\s*jsonb?\\s*)?[),]"

static bool
hint_names(const RowsHint *hint, const RowsFillTable *table, const char *column_name)
{
	g_autofree char *table_name = g_ascii_strdown(table->name, -1);

	return hint_find_word(hint->small, table_name) != NULL && hint_find_word(hint->small, column_name) != NULL;
}

bool
rows_hint_takes_array(const RowsHint *hint, const RowsFillTable *table, const RowsFillColumn *column)
{
	g_autofree char *column_name = g_ascii_strdown(column->name, -1);

	if (!hint->takes_arrays || !hint_names(hint, table, column_name))
		return false;
	g_autofree char *escaped = g_regex_escape_string(column_name, -1);
	g_autofree char *pattern = g_strdup_printf(TAKES_ARRAY, escaped);
	return g_regex_match_simple(pattern, hint->small, 0, 0);
}

void
rows_hint_learn_members(const RowsHint *hint, const RowsFillTable *table, const RowsFillColumn *column,
                        RowsMembers *members)
{
	g_autofree char *column_name = g_ascii_strdown(column->name, -1);

	if (hint->unpacked != NULL && hint_names(hint, table, column_name))
		rows_members_learn(members, hint->unpacked, hint->writes);
}

bool
rows_hint_combines(const RowsHint *hint, const RowsFillTable *table, const RowsFillColumn *column)
{
	g_autofree char *column_name = g_ascii_strdown(column->name, -1);

	return hint->combines && hint_names(hint, table, column_name);
}

bool
rows_hint_fills_null(const RowsHint *hint, const RowsFillTable *table, const RowsFillColumn *column)
{
	g_autofree char *column_name = g_ascii_strdown(column->name, -1);

	if (!hint->writes || !hint_names(hint, table, column_name))
		return false;
	g_autofree char *escaped = g_regex_escape_string(column_name, -1);
	g_autofree char *pattern = g_strdup_printf(
	    "\\b%s\"?\\s+is\\s+null\\b|\\bcoalesce\\s*\\(\\s*(?:\\w+\\.)?\"?%s\\b", escaped, escaped);
	return g_regex_match_simple(pattern, hint->small, G_REGEX_RAW, 0);
}
