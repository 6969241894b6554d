#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rows/fill/stock.h"

#include <string.h>

static RowsType
own_type(const char *name, char category)
{
	return (RowsType){
		.name = (char *)name, .plain_name = (char *)name, .own = true, .kind = 'b', .category = category
	};
}

static GPtrArray *
stock_of(const RowsType *type, int modifier, RowsStockOptions options)
{
	GPtrArray *values = g_ptr_array_new_with_free_func(g_free);

	rows_stock_append(values, type, modifier, &options);
	return values;
}

static bool
has(const GPtrArray *values, const char *value)
{
	for (guint i = 0; i < values->len; i++)
		if (strcmp(g_ptr_array_index(values, i), value) == 0)
			return true;
	return false;
}

static void
limits_are_left_out_where_asked(void **state)
{
	(void)state;
	RowsType type = own_type("int4", 'N');
	g_autoptr(GPtrArray) wild = stock_of(&type, -1, (RowsStockOptions){ 0 });
	g_autoptr(GPtrArray) tame = stock_of(&type, -1, (RowsStockOptions){ .tame = true });
	assert_true(has(wild, "'2147483647'") && has(wild, "'-2147483648'") && has(wild, "'-1'"));
	assert_true(has(tame, "'-1'"));
	assert_false(has(tame, "'2147483647'"));
	assert_string_equal(g_ptr_array_index(wild, wild->len - 1), "'-2147483648'");
}

static void
values_are_as_many_as_asked(void **state)
{
	(void)state;
	static const char *const names[] = { "int4",  "uuid", "timestamptz", "date",
		                             "bytea", "inet", "jsonb",       "int4range" };
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		RowsType type = own_type(names[i], 'U');
		g_autoptr(GPtrArray) values = stock_of(&type, -1, (RowsStockOptions){ .n_more = 500, .tame = true });
		g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
		for (guint j = 0; j < values->len; j++)
			g_hash_table_add(seen, g_ptr_array_index(values, j));
		if (g_hash_table_size(seen) < 500)
			fail_msg("%s has %u values", names[i], g_hash_table_size(seen));
	}
}

static void
texts_fit_their_length(void **state)
{
	(void)state;
	RowsType type = own_type("varchar", 'S');
	g_autoptr(GPtrArray) values = stock_of(&type, 4 + 3, (RowsStockOptions){ .n_more = 100, .utf8 = true });
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < values->len; i++) {
		const char *value = g_ptr_array_index(values, i);
		assert_true(g_utf8_validate(value, -1, NULL));
		g_hash_table_add(seen, (char *)value);
	}
	assert_true(g_hash_table_size(seen) > 100);
	assert_true(has(values, "'Lor'"));
	assert_true(has(values, "'東京 '"));
	g_autoptr(GPtrArray) ascii = stock_of(&type, -1, (RowsStockOptions){ 0 });
	for (guint i = 0; i < ascii->len; i++)
		assert_true(g_str_is_ascii(g_ptr_array_index(ascii, i)));
}

static void
numbers_fit_their_precision(void **state)
{
	(void)state;
	static const struct {
		int precision;
		int scale;
		const char *limit;
	} cases[] = { { 5, 2, "'999.99'" }, { 3, 3, "'0.999'" }, { 2, 0, "'99'" } };
	RowsType type = own_type("numeric", 'N');
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		int modifier = 4 + (cases[i].precision << 16 | cases[i].scale);
		g_autoptr(GPtrArray) values = stock_of(&type, modifier, (RowsStockOptions){ .n_more = 20 });
		assert_true(has(values, cases[i].limit));
		assert_true(has(values, "'0.5'"));
	}
	g_autoptr(GPtrArray) thousandths = stock_of(&type, 4 + (3 << 16 | 3), (RowsStockOptions){ .n_more = 2 });
	assert_true(has(thousandths, "'0.002'") && has(thousandths, "'0.003'"));
	assert_false(has(thousandths, "'1'"));
}

static void
arrays_rows_and_labels_are_made_of_their_parts(void **state)
{
	(void)state;
	RowsType element = own_type("int4", 'N');
	RowsType array = own_type("integer[]", 'A');
	array.element = &element;
	g_autoptr(GPtrArray) arrays = stock_of(&array, -1, (RowsStockOptions){ 0 });
	assert_true(has(arrays, "'{}'"));
	assert_true(has(arrays, "ARRAY['0']::integer[]"));
	assert_true(has(arrays, "ARRAY['0', NULL]::integer[]"));

	g_autoptr(GPtrArray) labels = g_ptr_array_new();
	g_ptr_array_add(labels, (char *)"it's");
	RowsType mood = { .name = (char *)"public.mood",
		          .plain_name = (char *)"mood",
		          .kind = 'e',
		          .category = 'E',
		          .labels = labels };
	g_autoptr(GPtrArray) moods = stock_of(&mood, -1, (RowsStockOptions){ 0 });
	assert_int_equal(moods->len, 1);
	assert_string_equal(g_ptr_array_index(moods, 0), "'it''s'");

	g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(RowsField));
	const RowsField one[] = { { .type = &element, .modifier = -1 }, { .type = NULL, .modifier = -1 } };
	g_array_append_vals(fields, one, 2);
	RowsType pair = { .name = (char *)"public.pair",
		          .plain_name = (char *)"pair",
		          .kind = 'c',
		          .category = 'C',
		          .fields = fields };
	g_autoptr(GPtrArray) pairs = stock_of(&pair, -1, (RowsStockOptions){ 0 });
	assert_true(has(pairs, "ROW('0', NULL)::public.pair"));
}

static void
unknown_types_get_no_values(void **state)
{
	(void)state;
	RowsType type = own_type("int4", 'N');
	type.own = false;
	g_autoptr(GPtrArray) values = stock_of(&type, -1, (RowsStockOptions){ .n_more = 5 });
	assert_int_equal(values->len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_are_left_out_where_asked),
		cmocka_unit_test(values_are_as_many_as_asked),
		cmocka_unit_test(texts_fit_their_length),
		cmocka_unit_test(numbers_fit_their_precision),
		cmocka_unit_test(arrays_rows_and_labels_are_made_of_their_parts),
		cmocka_unit_test(unknown_types_get_no_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
