/* From the constants of a check to values that may pass it. */
#include "rows/fill/form.h"
#include "rows/fill/pattern.h"
#include "rows/fill/stock.h"
#include "rows/fill/values.h"
#include "rows/state/expression.h"

#include <stdlib.h>
#include <string.h>

/* A check may ask for a text of any length; this much is enough. */
#define MAX_TEXT 5000

typedef struct {
	GPtrArray *values;
	const RowsType *type; /* below domains */
	int modifier;
	const char *expression;
	guint n_more;
	bool measures; /* the expression asks for lengths */
} Suggestion;

/* --- Numbers -------------------------------------------------------------- */

/* The number of digits that the type takes before the point. */
static guint
whole_digits(const Suggestion *suggestion)
{
	const char *name = suggestion->type->plain_name;

	if (strcmp(name, "int2") == 0)
		return 4;
	if (strcmp(name, "int4") == 0 || strcmp(name, "oid") == 0)
		return 9;
	if (strcmp(name, "int8") == 0 || strcmp(name, "money") == 0)
		return 14;
	if (strcmp(name, "numeric") == 0 && suggestion->modifier >= 4)
		return (guint)MAX(((suggestion->modifier - 4) >> 16) - ((suggestion->modifier - 4) & 0x7ff), 0);
	return 30;
}

static void
append_number(const Suggestion *suggestion, const char *text)
{
	const char *digits = text + (text[0] == '-' ? 1 : 0);
	gsize whole = strspn(digits, "0123456789");
	bool takes_fractions = strcmp(suggestion->type->plain_name, "numeric") == 0 ||
	                       g_str_has_prefix(suggestion->type->plain_name, "float");

	if ((digits[whole] != '\0' && !takes_fractions) || whole == 0)
		return;
	while (*digits == '0' && whole > 1) {
		digits++;
		whole--;
	}
	if (whole <= whole_digits(suggestion) || strcmp(text, "0") == 0)
		g_ptr_array_add(suggestion->values, rows_literal(text));
}

static void
append_near_number(const Suggestion *suggestion, const char *text)
{
	gint64 number = g_ascii_strtoll(text, NULL, 10);

	append_number(suggestion, text);
	for (gint64 step = -1; step <= 1; step += 2) {
		g_autofree char *near = g_strdup_printf("%" G_GINT64_FORMAT, number + step);
		append_number(suggestion, near);
	}
	/* The room between two limits: 10, 20, 30... of one million is as good as any. */
	for (guint i = 1; i <= suggestion->n_more && number < G_MAXINT32; i++) {
		g_autofree char *further = g_strdup_printf("%" G_GINT64_FORMAT, number + (gint64)i + 1);
		append_number(suggestion, further);
	}
}

/* Bytes read a text without backslashes as it is. */
static void
append_measured(const Suggestion *suggestion, const char *text)
{
	if (rows_stock_is_text(suggestion->type))
		rows_stock_append_text(suggestion->values, suggestion->type, suggestion->modifier, text);
	else
		g_ptr_array_add(suggestion->values, rows_literal(text));
}

static void
append_length(const Suggestion *suggestion, const char *text)
{
	gint64 length = g_ascii_strtoll(text, NULL, 10);

	for (gint64 n = MAX(length - 1, 0); n <= length + 1 && n <= MAX_TEXT; n++) {
		for (guint i = 0; i <= suggestion->n_more; i++) {
			g_autofree char *number = g_strdup_printf("%u", i);
			GString *value = g_string_new(i > 0 ? number : "x");
			while ((gint64)value->len < n)
				g_string_append_c(value, 'x');
			g_string_truncate(value, (gsize)n);
			append_measured(suggestion, value->str);
			g_string_free(value, TRUE);
		}
	}
}

/* --- Texts ---------------------------------------------------------------- */

static void
rows_suggest_append_text(const Suggestion *suggestion, const char *text)
{
	rows_stock_append_text(suggestion->values, suggestion->type, suggestion->modifier, text);
}

static void
append_samples(const Suggestion *suggestion, const RowsConstant *constant)
{
	bool is_like = g_str_has_prefix(constant->op, "~~") || g_str_has_prefix(constant->op, "!~~");

	for (guint seed = 0; seed < suggestion->n_more + 6; seed++) {
		g_autofree char *sample = is_like ? rows_pattern_sample_like(constant->text, seed)
		                                  : rows_pattern_sample(constant->text, seed);
		if (sample != NULL)
			rows_suggest_append_text(suggestion, sample);
	}
}

/* The elements of "{a,b}", where none is in quotes. */
static void
append_elements(const Suggestion *suggestion, const char *array)
{
	g_autofree char *inner = g_strndup(array + 1, strlen(array) > 1 ? strlen(array) - 2 : 0);
	g_auto(GStrv) elements = g_strsplit(inner, ",", -1);

	for (guint i = 0; elements[i] != NULL; i++)
		rows_suggest_append_text(suggestion, elements[i]);
}

static bool
is_text_type(const char *type)
{
	static const char *const names[] = {
		"text", "character varying", "character", "bpchar", "name", "citext", NULL
	};
	const char *plain = type != NULL ? strrchr(type, '.') : NULL;

	return type == NULL || g_strv_contains(names, plain != NULL ? plain + 1 : type);
}

static void
append_for_text(const Suggestion *suggestion, const RowsConstant *constant)
{
	bool is_pattern = strchr(constant->op, '~') != NULL || strcmp(constant->op, "similar_to_escape") == 0 ||
	                  g_str_has_prefix(constant->op, "regexp_");

	if (constant->is_number) {
		if (suggestion->measures)
			append_length(suggestion, constant->text);
		rows_suggest_append_text(suggestion, constant->text);
	} else if (constant->is_array) {
		append_elements(suggestion, constant->text);
	} else if (is_text_type(constant->type)) {
		if (is_pattern)
			append_samples(suggestion, constant);
		rows_suggest_append_text(suggestion, constant->text);
	}
}

/* --- JSON ----------------------------------------------------------------- */

static void
append_json(const Suggestion *suggestion, const GPtrArray *constants)
{
	static const char *const values[] = { "\"text\"", "1", "true", "null", "[1, \"a\"]" };
	static const char *const contents[] = { "\"text\"", "1", "true", "{}", "[]" };
	g_autoptr(GHashTable) keys = g_hash_table_new(g_str_hash, g_str_equal);

	g_autoptr(GPtrArray) objects = g_ptr_array_new_with_free_func(g_free);

	rows_form_append_objects(suggestion->expression, objects);
	for (guint i = 0; i < objects->len; i++)
		g_ptr_array_add(suggestion->values, rows_literal(g_ptr_array_index(objects, i)));
	for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
		g_ptr_array_add(suggestion->values, rows_literal(values[i]));
	for (gsize content = 0; content < G_N_ELEMENTS(contents); content++) {
		g_autoptr(GString) object = g_string_new("{");
		g_hash_table_remove_all(keys);
		for (guint i = 0; i < constants->len; i++) {
			const RowsConstant *key = g_ptr_array_index(constants, i);
			if (key->is_number || key->is_array || strpbrk(key->text, "\"\\{}\n") != NULL ||
			    !g_hash_table_add(keys, key->text))
				continue;
			g_string_append_printf(object, "%s\"%s\": %s", object->len > 1 ? ", " : "", key->text,
			                       contents[content]);
		}
		g_string_append_c(object, '}');
		g_ptr_array_add(suggestion->values, rows_literal(object->str));
	}
}

/* --- Casts of texts -------------------------------------------------------- */

static void
rows_suggest_append_forms(const Suggestion *suggestion)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

	rows_form_append_texts(suggestion->expression, suggestion->n_more, texts);
	for (guint i = 0; i < texts->len; i++)
		rows_suggest_append_text(suggestion, g_ptr_array_index(texts, i));
}

/* --- All ------------------------------------------------------------------ */

/* A moment for a date, a date for a moment: any of them reads the others. */
static bool
is_time_type(const char *name)
{
	return g_str_has_prefix(name, "timestamp") || strcmp(name, "date") == 0;
}

/* The moment, one a day before and so many after it. */
static void
append_near_time(const Suggestion *suggestion, const char *text)
{
	g_autofree char *literal = rows_literal(text);
	const char *type = suggestion->type->name;

	g_ptr_array_add(suggestion->values, g_strdup(literal));
	g_ptr_array_add(suggestion->values, g_strdup_printf("(%s::%s - interval '1 day')::%s", literal, type, type));
	for (guint i = 1; i <= suggestion->n_more + 1; i++)
		g_ptr_array_add(suggestion->values,
		                g_strdup_printf("(%s::%s + interval '%u days')::%s", literal, type, i, type));
}

static void
rows_suggest_append_constant(const Suggestion *suggestion, const RowsConstant *constant)
{
	const RowsType *type = suggestion->type;
	const char *cast = constant->type != NULL ? constant->type : "";

	if (rows_stock_is_text(type)) {
		append_for_text(suggestion, constant);
	} else if (rows_stock_is_number(type)) {
		bool number_in_quotes = !constant->is_number && !constant->is_array && !is_text_type(constant->type) &&
		                        strspn(constant->text, "-0123456789.") == strlen(constant->text);
		if (constant->is_number || number_in_quotes)
			append_near_number(suggestion, constant->text);
	} else if (constant->is_number || constant->is_array) {
		/* A digest: octet_length(hash) = 32. */
		if (suggestion->measures && strcmp(type->name, "bytea") == 0)
			append_length(suggestion, constant->text);
	} else if (is_time_type(cast) && is_time_type(type->name)) {
		append_near_time(suggestion, constant->text);
	} else if (strcmp(cast, type->name) == 0) {
		g_ptr_array_add(suggestion->values, rows_literal(constant->text));
	}
}

void
rows_values_append_suggested(GPtrArray *values, const RowsType *type, int modifier, const char *expression,
                             guint n_more)
{
	g_autoptr(GPtrArray) constants = rows_expression_constants(expression);
	Suggestion suggestion = {
		.values = values,
		.type = type,
		.modifier = modifier,
		.expression = expression,
		.n_more = n_more,
		.measures = strstr(expression, "length(") != NULL,
	};

	if (type->own && g_str_has_prefix(type->plain_name, "json")) {
		append_json(&suggestion, constants);
		return;
	}
	if (rows_stock_is_text(type))
		rows_suggest_append_forms(&suggestion);
	for (guint i = 0; i < constants->len; i++)
		rows_suggest_append_constant(&suggestion, g_ptr_array_index(constants, i));
}
