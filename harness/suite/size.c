/* The sizes of tables, as `size:` of a database states them, and as a fixture of statistics does. plan/size.c
 * interprets them. */
#include "suite/size.h"
#include "suite/loading.h"

#include <string.h>

static const SuiteShape list_shape = { .expects = "a list of values, or a text such as {1,2}",
	                               .accepts = SUITE_ACCEPT_TEXT | SUITE_ACCEPT_LIST,
	                               .item = &suite_shape_text };

static const SuiteKey column_keys[] = {
	{ "type", &suite_shape_text, false,
	  "the column's type where the statistics were read; another one is an error" },
	{ "nulls", &suite_shape_text, false, "the share of rows without a value, 0 to 1" },
	{ "width", &suite_shape_text, false, "bytes of a value, on the average" },
	{ "distinct", &suite_shape_text, false,
	  "different values; below 0: as a share of the rows, -1 where each row has its own" },
	{ "most_common", &list_shape, false, "the most common values" },
	{ "shares", &list_shape, false, "how many of the rows have each of these, 0 to 1" },
	{ "bounds", &list_shape, false,
	  "values that cut all others into parts of the same size, from the smallest to the largest" },
	{ "min", &suite_shape_text, false, "the smallest value, in the place of bounds" },
	{ "max", &suite_shape_text, false, "the largest one; what is between them is evenly spread" },
	{ "correlation", &suite_shape_text, false,
	  "how far the rows lie in the order of the column: 1 as it grows, 0 anyhow, -1 as it falls" },
	{ "elements", &list_shape, false, "the most common elements of an array or a text to be searched" },
	{ "element_shares", &list_shape, false, "how many of the rows have each of these, as the server keeps them" },
	{ "element_counts", &list_shape, false, "how many different elements a value has, as the server keeps it" },
	{ "lengths", &list_shape, false, "lengths of ranges, as bounds are of values" },
	{ "empty", &suite_shape_text, false, "the share of ranges that are empty" },
	{ "range_bounds", &list_shape, false, "ranges of the lower and the upper bounds, as the server keeps them" },
	{ NULL },
};
static const SuiteShape column_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = column_keys };
static const SuiteShape columns_shape = { .expects = "a mapping of columns",
	                                  .accepts = SUITE_ACCEPT_MAPPING,
	                                  .values = &column_shape };

static const SuiteKey index_keys[] = {
	{ "rows", &suite_shape_text, false,
	  "its entries; else those of the table, of which a condition leaves a part" },
	{ "pages", &suite_shape_text, false, "its pages; else worked out of entries and columns" },
	{ "height", &suite_shape_text, false, "levels of a btree above its leaves; else worked out of the pages" },
	{ "columns", &columns_shape, false, "statistics of its expressions, by the names that the index has for them" },
	{ NULL },
};
static const SuiteShape index_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = index_keys };
static const SuiteShape indexes_shape = { .expects = "a mapping of indexes, each \"name\" of the table's schema",
	                                  .accepts = SUITE_ACCEPT_MAPPING,
	                                  .values = &index_shape };

/* A value of a combination, which may be null. */
static const SuiteShape value_shape = { .expects = "a value", .accepts = SUITE_ACCEPT_TEXT | SUITE_ACCEPT_NULL };
static const SuiteShape combination_shape = { .expects = "a list of values",
	                                      .accepts = SUITE_ACCEPT_LIST,
	                                      .item = &value_shape };

static const SuiteKey count_keys[] = {
	{ "of", &suite_shape_text_list, true, "two or more of the columns" },
	{ "count", &suite_shape_text, true, "how many different combinations of their values there are" },
	{ NULL },
};
static const SuiteShape count_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = count_keys };
static const SuiteShape counts_shape = { .expects = "a list of counts",
	                                 .accepts = SUITE_ACCEPT_LIST,
	                                 .item = &count_shape };

static const SuiteKey dependency_keys[] = {
	{ "of", &suite_shape_text_list, true, "the columns that decide" },
	{ "decides", &suite_shape_text, true, "the column whose value follows from theirs" },
	{ "degree", &suite_shape_text, true, "in how many of the rows it does, 0 to 1" },
	{ NULL },
};
static const SuiteShape dependency_shape = { .expects = "a mapping",
	                                     .accepts = SUITE_ACCEPT_MAPPING,
	                                     .keys = dependency_keys };
static const SuiteShape dependencies_shape = { .expects = "a list of dependencies",
	                                       .accepts = SUITE_ACCEPT_LIST,
	                                       .item = &dependency_shape };

static const SuiteKey common_keys[] = {
	{ "values", &combination_shape, true, "a value of each column, in their order; null for none" },
	{ "share", &suite_shape_text, true, "how many of the rows have all of them, 0 to 1" },
	{ "base", &suite_shape_text, false,
	  "how many would have them if the columns had nothing to do with each other; else 0" },
	{ NULL },
};
static const SuiteShape common_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = common_keys };
static const SuiteShape commons_shape = { .expects = "a list of combinations",
	                                  .accepts = SUITE_ACCEPT_LIST,
	                                  .item = &common_shape };

static const SuiteKey extended_keys[] = {
	{ "columns", &suite_shape_text_list, true,
	  "its columns, then its expressions as the server shows them, in their order" },
	{ "distinct", &counts_shape, false, "numbers of different combinations" },
	{ "dependencies", &dependencies_shape, false, "columns whose values follow from those of others" },
	{ "most_common", &commons_shape, false, "the most common combinations of values" },
	{ "expressions", &columns_shape, false, "statistics of its expressions, by their texts" },
	{ NULL },
};
static const SuiteShape extended_shape = { .expects = "a mapping",
	                                   .accepts = SUITE_ACCEPT_MAPPING,
	                                   .keys = extended_keys };
static const SuiteShape extendeds_shape = { .expects = "a mapping of statistics objects, each \"schema.name\"",
	                                    .accepts = SUITE_ACCEPT_MAPPING,
	                                    .values = &extended_shape };

static const SuiteKey table_keys[] = {
	{ "rows", &suite_shape_text, false, "how many rows it has: 20, 1_000_000_000, 84M" },
	{ "pages", &suite_shape_text, false, "its pages of 8 kB; else worked out of rows and columns" },
	{ "visible", &suite_shape_text, false, "pages that are all visible; else all of them" },
	{ "columns", &columns_shape, false, "statistics of its columns" },
	{ "inherited", &columns_shape, false, "the same of the table with all that inherits from it" },
	{ "indexes", &indexes_shape, false, "its indexes" },
	{ "extended", &extendeds_shape, false, "what CREATE STATISTICS has collected, by the names of the objects" },
	{ NULL },
};
static const SuiteShape table_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = table_keys };
static const SuiteShape tables_shape = { .expects = "a mapping of tables, each \"schema.table\"",
	                                 .accepts = SUITE_ACCEPT_MAPPING,
	                                 .values = &table_shape };

static const SuiteKey size_keys[] = {
	{ "statistics", &suite_shape_text, false,
	  "a fixture that pgassay stats export has written, relative to the suite" },
	{ "tables", &tables_shape, false, "sizes by hand; they win over the fixture" },
	{ "rows", &suite_shape_text, false,
	  "for limits that are measured: how many rows the largest table gets, the others their share" },
	{ "now", &suite_shape_text, false, "what now() is in queries: '2026-01-31 12:00:00+00'" },
	{ NULL },
};
const SuiteShape suite_size_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = size_keys };

static const SuiteKey statistics_keys[] = {
	{ "statistics", &suite_shape_count, true, "the version of this form: 1" },
	{ "server", &suite_shape_text, false, "the version of the server that they were read from" },
	{ "taken", &suite_shape_text, false, "when; what now() is in queries" },
	{ "anonymised", &suite_shape_bool, false, "true: the values are none of the source's" },
	{ "left_out", &suite_shape_text_mapping, false, "what could not be read, and why" },
	{ "tables", &tables_shape, true, "the tables" },
	{ NULL },
};
const SuiteShape suite_statistics_shape = { .expects = "a mapping",
	                                    .accepts = SUITE_ACCEPT_MAPPING,
	                                    .keys = statistics_keys };

bool
suite_size_number(const SuiteNode *node, double *ret_number)
{
	g_auto(GStrv) parts = g_strsplit(suite_node_text(node), "_", -1);
	g_autofree char *digits = g_strjoinv("", parts);
	char *end = NULL;
	double number = g_ascii_strtod(digits, &end);
	static const struct {
		char letter;
		double factor;
	} factors[] = { { 'k', 1e3 }, { 'M', 1e6 }, { 'G', 1e9 } };

	/* strtod takes "nan", "inf" and hexadecimal numbers, too. */
	if (end == digits || strspn(digits, "+-.0123456789eE") < (gsize)(end - digits))
		return false;
	for (gsize i = 0; i < G_N_ELEMENTS(factors); i++)
		if (*end == factors[i].letter) {
			number *= factors[i].factor;
			end++;
			break;
		}
	if (*end != '\0')
		return false;
	*ret_number = number;
	return true;
}

bool
suite_size_load_number(const SuiteNode *mapping, const char *key, double min, double max, double *ret_number,
                       GError **error)
{
	const SuiteNode *node = suite_node_get(mapping, key);
	double number;

	if (node == NULL)
		return true;
	if (!suite_size_number(node, &number))
		return suite_node_error(node, error, "write a number: 20, 1_000_000_000, 84M",
		                        "\"%s\" is no number: \"%s\"", key, suite_node_text(node));
	if (number < min || number > max)
		return suite_node_error(node, error, NULL, "\"%s\" must be between %g and %g, not %g", key, min, max,
		                        number);
	*ret_number = number;
	return true;
}
