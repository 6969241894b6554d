#include "rows/fill/stock.h"

#include "rows/fill/stock_types.h"
#include "rows/state/expression.h"

#include <string.h>

static const char longest[] =
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore "
    "magna"
    " aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo"
    " consequat. Duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla pariatur."
    " Excepteur sint occaecat cupidatat non proident, sunt in culpa qui officia deserunt mollit anim id est laborum.";

static const char *const texts[] = {
	"", "a", "A", "0", " leading and trailing ", "O'Reilly \"quoted\" \\ back", "NULL", "line\nbreak", longest
};
/* As long as a text that people write into a field; `longest` is longer. */
static const char sentence[] =
    "Please ring the second bell, and leave the parcel with the neighbours on the first floor.";
static const char *const texts_beyond_ascii[] = { "Zażółć gęślą jaźń", "東京 😀" };

const char *const rows_stock_guesses[] = {
	"",
	"0",
	"1",
	"a",
	"{}",
	"[]",
	"[1,2,3]",
	"(0,0)",
	"(0,1)",
	"[0,1]",
	"POINT(0 0)",
	"\"a\"=>\"1\"",
	"a.b",
	"1.0.0",
	"a@example.com",
	"https://example.com/",
	"2024-01-01",
	"true",
	"{1}/3",
	"\\x00",
	"127.0.0.1",
	NULL,
};

/* --- Making them ---------------------------------------------------------- */

bool
rows_stock_is_text(const RowsType *type)
{
	return type->kind == 'b' && type->category == 'S' && (type->own || strcmp(type->plain_name, "citext") == 0) &&
	       strcmp(type->plain_name, "char") != 0;
}

bool
rows_stock_is_number(const RowsType *type)
{
	static const char *const names[] = {
		"int2", "int4", "int8", "numeric", "float4", "float8", "oid", "money", NULL
	};

	return type->own && g_strv_contains(names, type->plain_name);
}

void
rows_stock_append_text(GPtrArray *values, const RowsType *type, int modifier, const char *text)
{
	bool is_text = rows_stock_is_text(type);
	glong limit = is_text && modifier >= 4 ? modifier - 4 : strcmp(type->plain_name, "name") == 0 ? 60 : -1;
	g_autofree char *cut = NULL;

	if (is_text && limit >= 0 && g_utf8_strlen(text, -1) > limit)
		text = cut = g_utf8_substring(text, 0, limit);
	g_ptr_array_add(values, rows_literal(text));
}

/* "text 12", or just the number to the base of 36 where there is no room for more. */
static char *
number_text(guint n, int modifier)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	char text[16];
	guint length = 0;
	guint limit = modifier >= 4 ? (guint)modifier - 4 : G_MAXUINT;

	if (limit >= 12)
		return g_strdup_printf("text %u", n + 1);
	/* From 10 on, so that it begins with a letter. */
	for (guint rest = n + 10; length < sizeof text - 1 && (rest > 0 || length == 0); rest /= 36)
		text[length++] = digits[rest % 36];
	return g_strndup(text, MIN(length, limit));
}

static void
append_texts(GPtrArray *values, const RowsType *type, int modifier, const RowsStockOptions *options)
{
	/* Nobody has two names that differ in capital letters only. */
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		bool moderate = i == 1 || i == 5;
		if ((!options->tame || moderate) && (options->n_more == 0 || strcmp(texts[i], "A") != 0))
			rows_stock_append_text(values, type, modifier, texts[i]);
	}
	if (options->tame)
		rows_stock_append_text(values, type, modifier, sentence);
	for (guint i = 0; options->utf8 && i < G_N_ELEMENTS(texts_beyond_ascii); i++)
		rows_stock_append_text(values, type, modifier, texts_beyond_ascii[i]);
	for (guint i = 0; i < options->n_more; i++) {
		g_autofree char *text = number_text(i, modifier);
		rows_stock_append_text(values, type, modifier, text);
	}
}

/* In units of the last digit, so that the precision suffices for many. */
static char *
number_numeric(guint n, int modifier)
{
	int scale = modifier >= 4 ? (modifier - 4) & 0x7ff : 0;

	if (scale <= 0 || scale > 9)
		return g_strdup_printf("%u", n + 2);
	guint unit = 1;

	for (int i = 0; i < scale; i++)
		unit *= 10;
	return g_strdup_printf("%u.%0*u", (n + 2) / unit, scale, (n + 2) % unit);
}

/* One that has all the digits behind the point that there may be: what cuts some of them changes it. */
static char *
stock_fraction(int whole, int scale)
{
	GString *text = g_string_new(whole >= 1 ? "3." : "0.");

	for (int i = 0; i < scale; i++)
		g_string_append_c(text, (char)('1' + i % 9));
	return g_string_free(text, FALSE);
}

/* The largest number of the precision and scale. */
static char *
numeric_limit(int modifier)
{
	int precision = ((modifier - 4) >> 16) & 0xffff;
	int scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024;
	GString *text = g_string_new(NULL);

	for (int i = precision - 1; i >= 0; i--) {
		if (i == scale - 1)
			g_string_append(text, text->len == 0 ? "0." : ".");
		g_string_append_c(text, '9');
	}
	if (scale < 0 || scale > precision)
		g_string_assign(text, "0");
	return g_string_free(text, FALSE);
}

static guint
append_numerics(GPtrArray *values, int modifier, const RowsStockOptions *options)
{
	bool limited = modifier >= 4;
	int whole = limited ? (((modifier - 4) >> 16) & 0xffff) - ((modifier - 4) & 0x7ff) : 9;

	g_ptr_array_add(values, rows_literal("0"));
	if (whole >= 1) {
		g_ptr_array_add(values, rows_literal("1"));
		g_ptr_array_add(values, rows_literal("-1"));
	}
	g_ptr_array_add(values, rows_literal("0.5"));
	if (whole >= 2)
		g_ptr_array_add(values, rows_literal("42"));
	int scale = limited ? (modifier - 4) & 0x7ff : 6;
	if (scale >= 2 && scale <= 30) {
		g_autofree char *text = stock_fraction(whole, scale);
		g_ptr_array_add(values, rows_literal(text));
	}
	guint before = values->len;
	if (!options->tame) {
		g_autofree char *limit = limited ? numeric_limit(modifier)
		                                 : g_strdup("123456789012345678901234567890.123456789");
		g_ptr_array_add(values, rows_literal(limit));
		g_ptr_array_add(values, rows_literal("NaN"));
	}
	guint n_limits = values->len - before;
	for (guint i = 0; i < options->n_more; i++) {
		g_autofree char *text = number_numeric(i, modifier);
		g_ptr_array_add(values, rows_literal(text));
	}
	return n_limits;
}

static void
append_list(GPtrArray *values, const char *const *literals, gsize max)
{
	for (gsize i = 0; i < max && literals[i] != NULL; i++)
		g_ptr_array_add(values, rows_literal(literals[i]));
}

static void
stock_append_numbers(GPtrArray *values, const RowsStock *stock, int modifier, guint n, guint salt)
{
	for (guint i = 0; stock->number != NULL && i < n; i++) {
		g_autofree char *text = stock->number(i, modifier, salt);
		g_ptr_array_add(values, rows_literal(text));
	}
}

static guint
append_stock(GPtrArray *values, const RowsStock *stock, int modifier, const RowsStockOptions *options)
{
	guint first = values->len;
	append_list(values, stock->usual, G_N_ELEMENTS(stock->usual));
	/* Types with a short list, or none, still need some. */
	if (values->len - first < 3 && options->n_more == 0)
		stock_append_numbers(values, stock, modifier, 4, options->salt);
	guint before = values->len;
	if (!options->tame)
		append_list(values, stock->limits, G_N_ELEMENTS(stock->limits));
	guint n_limits = values->len - before;
	stock_append_numbers(values, stock, modifier, options->n_more, options->salt);
	return n_limits;
}

/* Arrays of none, one and several elements, with a NULL in one; then one for each further number. */
static void
append_arrays(GPtrArray *values, const RowsType *type, int modifier, const RowsStockOptions *options)
{
	g_autoptr(GPtrArray) elements = g_ptr_array_new_with_free_func(g_free);
	int element_modifier = modifier;
	const RowsType *element = rows_type_base(type->element, &element_modifier);

	g_ptr_array_add(values, g_strdup("'{}'"));
	if (type->element->checks == NULL)
		rows_stock_append(elements, element, element_modifier, options);
	for (guint i = 0; i < elements->len && (i < 2 || i < options->n_more + 2); i++)
		g_ptr_array_add(values,
		                g_strdup_printf("ARRAY[%s]::%s", (char *)g_ptr_array_index(elements, i), type->name));
	if (elements->len > 1) {
		const char *first = g_ptr_array_index(elements, 0);
		const char *second = g_ptr_array_index(elements, 1);
		g_ptr_array_add(values, g_strdup_printf("ARRAY[%s, %s, %s]::%s", second, first, second, type->name));
		if (!options->tame)
			g_ptr_array_add(values, g_strdup_printf("ARRAY[%s, NULL]::%s", first, type->name));
	}
	/* Each label is in some row. */
	if (element->kind == 'e' && elements->len > 2) {
		g_autoptr(GString) all = g_string_new(NULL);
		for (guint i = 0; i < elements->len; i++)
			g_string_append_printf(all, "%s%s", i > 0 ? ", " : "", (char *)g_ptr_array_index(elements, i));
		g_ptr_array_add(values, g_strdup_printf("ARRAY[%s]::%s", all->str, type->name));
	}
}

/* Rows of which all attributes take their n-th value. */
static void
append_rows(GPtrArray *values, const RowsType *type, const RowsStockOptions *options)
{
	g_autoptr(GPtrArray) columns = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	guint n_rows = MAX(options->n_more, 3);

	for (guint i = 0; i < type->fields->len; i++) {
		const RowsField *field = &g_array_index(type->fields, RowsField, i);
		GPtrArray *column = g_ptr_array_new_with_free_func(g_free);
		int modifier = field->modifier;
		if (field->type != NULL && field->type->checks == NULL)
			rows_stock_append(column, rows_type_base(field->type, &modifier), modifier, options);
		if (column->len == 0)
			g_ptr_array_add(column, g_strdup("NULL"));
		g_ptr_array_add(columns, column);
	}
	for (guint row = 0; row < n_rows; row++) {
		GString *text = g_string_new("ROW(");
		for (guint i = 0; i < columns->len; i++) {
			const GPtrArray *column = g_ptr_array_index(columns, i);
			g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
			                       (char *)g_ptr_array_index(column, row % column->len));
		}
		g_string_append_printf(text, ")::%s", type->name);
		g_ptr_array_add(values, g_string_free(text, FALSE));
	}
}

guint
rows_stock_append(GPtrArray *values, const RowsType *type, int modifier, const RowsStockOptions *options)
{
	const RowsStock *stock = type->own ? rows_stock_find(type->plain_name) : NULL;
	guint n_limits = 0;

	if (type->kind == 'e') {
		for (guint i = 0; type->labels != NULL && i < type->labels->len; i++)
			g_ptr_array_add(values, rows_literal(g_ptr_array_index(type->labels, i)));
	} else if (type->kind == 'c') {
		if (type->fields != NULL)
			append_rows(values, type, options);
	} else if (type->category == 'A' && type->element != NULL) {
		append_arrays(values, type, modifier, options);
	} else if (rows_stock_is_text(type)) {
		append_texts(values, type, modifier, options);
	} else if (type->own && strcmp(type->plain_name, "numeric") == 0) {
		n_limits = append_numerics(values, modifier, options);
	} else if (stock != NULL) {
		n_limits = append_stock(values, stock, modifier, options);
	} else if (type->kind == 'r') {
		g_ptr_array_add(values, g_strdup("'empty'"));
	} else if (type->kind == 'm') {
		g_ptr_array_add(values, g_strdup("'{}'"));
	}
	return n_limits;
}
