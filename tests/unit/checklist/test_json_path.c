#include "checklist/json/json.h"
#include "checklist/json/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
	const char *json;
	const char *path;
	const char *found; /* the values as a JSON array */
} Row;

static const char store[] =
    "{\"store\":{\"book\":[{\"category\":\"reference\",\"author\":\"Nigel Rees\",\"price\":8.95},"
    "{\"category\":\"fiction\",\"author\":\"Evelyn Waugh\",\"price\":12.99},"
    "{\"category\":\"fiction\",\"author\":\"Herman Melville\",\"isbn\":\"0-553\",\"price\":8.99},"
    "{\"category\":\"fiction\",\"author\":\"J. R. R. Tolkien\",\"isbn\":\"0-395\",\"price\":22.99}],"
    "\"bicycle\":{\"color\":\"red\",\"price\":399}}}";
static const char odd[] =
    "{\"o\":{\"j j\":{\"k.k\":3}},\"'\":{\"@\":2},\"\\u263a\":1,\"n\":null,\"e\":\"\",\"b\":false}";
static const char filters[] = "{\"a\":[3,5,1,2,4,6,{\"b\":\"j\"},{\"b\":\"k\"},{\"b\":{}},{\"b\":\"kilo\"}],"
			      "\"o\":{\"p\":1,\"q\":2,\"r\":3,\"s\":5,\"t\":{\"u\":6}},\"e\":\"f\"}";

static const Row rows[] = {
	/* Section 1.5 of RFC 9535. */
	{ store, "$.store.book[*].author",
	  "[\"Nigel Rees\",\"Evelyn Waugh\",\"Herman Melville\",\"J. R. R. Tolkien\"]" },
	{ store, "$..author", "[\"Nigel Rees\",\"Evelyn Waugh\",\"Herman Melville\",\"J. R. R. Tolkien\"]" },
	{ store, "$.store..price", "[8.95,12.99,8.99,22.99,399]" },
	{ store, "$..book[2].author", "[\"Herman Melville\"]" },
	{ store, "$..book[2].publisher", "[]" },
	{ store, "$..book[-1].author", "[\"J. R. R. Tolkien\"]" },
	{ store, "$..book[0,1].price", "[8.95,12.99]" },
	{ store, "$..book[:2].price", "[8.95,12.99]" },
	{ store, "$..book[?@.isbn].price", "[8.99,22.99]" },
	{ store, "$..book[?@.price<10].price", "[8.95,8.99]" },
	{ store, "$.store.book[?(@.price < 10 && @.category == 'fiction')].price", "[8.99]" },
	{ store, "$.store.book[?length(@.author) > 15].price", "[22.99]" },
	{ store, "$.store.book[?count(@.*) == 4].price", "[8.99,22.99]" },
	{ store, "$.store.book[?search(@.author, '[Ww]augh')].price", "[12.99]" },
	{ store, "$.store.book[?match(@.author, 'Waugh')].price", "[]" },
	{ store, "$.store.book[?match(@.author, '.*Waugh')].price", "[12.99]" },
	{ store, "$.store.book[?value(@..isbn) == \"0-395\"].price", "[22.99]" },
	{ store, "$.store.book[?@.price == $.store.book[0].price].author", "[\"Nigel Rees\"]" },
	/* Names. */
	{ odd, "$.o['j j']", "[{\"k.k\":3}]" },
	{ odd, "$.o[\"j j\"]['k.k']", "[3]" },
	{ odd, "$['\\'']['@']", "[2]" },
	{ odd, "$.\xE2\x98\xBA", "[1]" },
	{ odd, "$['\\u263A']", "[1]" },
	{ odd, "$ .o [ 'j j' ]", "[{\"k.k\":3}]" },
	{ odd, "$.n", "[null]" },
	{ odd, "$.absent", "[]" },
	{ odd, "$.e.length", "[]" },
	{ "\"text\"", "$", "[\"text\"]" },
	/* Indices and slices: section 2.3.4.3. */
	{ "[0,1,2,3,4,5,6]", "$[1:3]", "[1,2]" },
	{ "[0,1,2,3,4,5,6]", "$[5:]", "[5,6]" },
	{ "[0,1,2,3,4,5,6]", "$[1:5:2]", "[1,3]" },
	{ "[0,1,2,3,4,5,6]", "$[5:1:-2]", "[5,3]" },
	{ "[0,1,2,3,4,5,6]", "$[::-1]", "[6,5,4,3,2,1,0]" },
	{ "[0,1,2,3,4,5,6]", "$[-2:]", "[5,6]" },
	{ "[0,1,2,3,4,5,6]", "$[1:3:0]", "[]" },
	{ "[0,1,2]", "$[3]", "[]" },
	{ "[0,1,2]", "$[-4]", "[]" },
	{ "[0,1,2]", "$[0,0]", "[0,0]" },
	{ "{\"0\":7}", "$[0]", "[]" },
	/* Filters: section 2.3.5.3. */
	{ filters, "$.a[?@.b == 'kilo']", "[{\"b\":\"kilo\"}]" },
	{ filters, "$.a[?@>3.5]", "[5,4,6]" },
	{ filters, "$.a[?@.b]", "[{\"b\":\"j\"},{\"b\":\"k\"},{\"b\":{}},{\"b\":\"kilo\"}]" },
	{ filters, "$.a[?@<2 || @.b == \"k\"]", "[1,{\"b\":\"k\"}]" },
	{ filters, "$.o[?@>1 && @<4]", "[2,3]" },
	{ filters, "$.o[?!(@>1)]", "[1,{\"u\":6}]" },
	{ filters, "$.a[?@.b == $.x]", "[3,5,1,2,4,6]" },
	{ filters, "$.a[?@ == @]", "[3,5,1,2,4,6,{\"b\":\"j\"},{\"b\":\"k\"},{\"b\":{}},{\"b\":\"kilo\"}]" },
	{ filters, "$.o[?@.u]", "[{\"u\":6}]" },
	/* Types are not turned into each other. */
	{ "[1,\"1\",true,\"true\",null,1.0]", "$[?@ == 1]", "[1,1.0]" },
	{ "[1,\"1\",true,\"true\",null,1.0]", "$[?@ == '1']", "[\"1\"]" },
	{ "[1,\"1\",true,\"true\",null,1.0]", "$[?@ == true]", "[true]" },
	{ "[1,\"1\",true,\"true\",null,1.0]", "$[?@ == null]", "[null]" },
	{ "[{\"a\":1,\"b\":2},{\"b\":2,\"a\":1},{\"a\":1}]", "$[?@ == $[0]].a", "[1,1]" },
};

static JsonNode *
parse(const char *json)
{
	g_autofree char *problem = NULL;
	JsonNode *node = checklist_json_parse(json, strlen(json), &problem);

	if (node == NULL)
		fail_msg("%s: %s", json, problem);
	return node;
}

static void
queries_follow_the_standard(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(JsonNode) root = parse(rows[i].json);
		g_autoptr(JsonNode) expected = parse(rows[i].found);
		g_autofree char *problem = NULL;
		gsize offset = 0;
		g_autoptr(ChecklistPath) path = checklist_path_parse(rows[i].path, &problem, &offset);
		if (path == NULL)
			fail_msg("%s: %s at %zu", rows[i].path, problem, offset);
		g_autoptr(GPtrArray) found = checklist_path_find(path, root);
		g_autoptr(JsonNode) all = json_node_new(JSON_NODE_ARRAY);
		json_node_take_array(all, json_array_new());
		for (guint j = 0; j < found->len; j++)
			json_array_add_element(json_node_get_array(all), json_node_copy(g_ptr_array_index(found, j)));
		g_autofree char *text = checklist_json_write(all);
		if (!checklist_json_equal(all, expected))
			fail_msg("%s: found %s, expected %s", rows[i].path, text, rows[i].found);
	}
}

static void
invalid_queries_are_refused_with_a_position(void **state)
{
	static const struct {
		const char *path;
		gsize offset;
	} bad[] = {
		{ "", 0 },
		{ "store", 0 },
		{ "@.a", 0 },
		{ "$.", 2 },
		{ "$a", 1 },
		{ "$.a.", 4 },
		{ "$[", 2 },
		{ "$[a]", 2 },
		{ "$['a]", 5 },
		{ "$['a'", 5 },
		{ "$[01]", 2 },
		{ "$[-0]", 2 },
		{ "$[1", 3 },
		{ "$[?]", 3 },
		{ "$[?@.a =]", 7 },
		{ "$[?1]", 4 },
		{ "$[?'a']", 6 },
		{ "$[?@.* == 1]", 10 },
		{ "$[?(@.a]", 7 },
		{ "$[?length(@.*)]", 14 },
		{ "$[?count(1) == 1]", 11 },
		{ "$[?match(@.a)]", 13 },
		{ "$[?!@.a == 1]", 12 },
		{ "$.a ", 3 },
		{ " $", 0 },
		{ "$['\\x']", 5 },
		{ "$['\\uD800']", 9 },
		{ "$[9007199254740992]", 2 },
		{ "$.a[?nothing(@)]", 5 },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *problem = NULL;
		gsize offset = 0;
		g_autoptr(ChecklistPath) path = checklist_path_parse(bad[i].path, &problem, &offset);
		if (path != NULL)
			fail_msg("%s is taken", bad[i].path);
		if (problem == NULL || offset != bad[i].offset)
			fail_msg("%s: %s at %zu", bad[i].path, problem, offset);
	}
}

static void
filters_inside_of_each_other_have_an_end(void **state)
{
	g_autoptr(GString) text = g_string_new("$");
	g_autofree char *problem = NULL;
	gsize offset = 0;

	(void)state;
	for (int i = 0; i < 100000; i++)
		g_string_append(text, "[?(@");
	g_autoptr(ChecklistPath) path = checklist_path_parse(text->str, &problem, &offset);
	assert_null(path);
	assert_non_null(strstr(problem, "inside of each other"));
}

static void
deep_json_is_refused_before_it_is_read(void **state)
{
	g_autofree char *opened = g_strnfill(10000, '[');
	g_autofree char *closed = g_strnfill(10000, ']');
	g_autofree char *deep = g_strconcat(opened, closed, NULL);
	g_autofree char *problem = NULL;

	(void)state;
	assert_null(checklist_json_parse(deep, strlen(deep), &problem));
	assert_non_null(strstr(problem, "200 levels"));
	/* Brackets in texts are none. */
	g_autofree char *text = g_strconcat("\"\\\"", opened, "\"", NULL);
	g_autofree char *none = NULL;
	g_autoptr(JsonNode) node = checklist_json_parse(text, strlen(text), &none);
	assert_non_null(node);
}

static void
many_values_have_an_end(void **state)
{
	g_autoptr(GString) text = g_string_new("[0");
	g_autofree char *problem = NULL;
	gsize offset = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		g_string_append(text, ",0");
	g_string_append(text, "]");
	g_autoptr(JsonNode) root = parse(text->str);
	g_autoptr(ChecklistPath) path = checklist_path_parse("$[*,*,*,*,*,*,*,*,*,*,*]", &problem, &offset);
	g_autoptr(GPtrArray) found = checklist_path_find(path, root);
	assert_int_equal(found->len, 11 * 1001);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries_follow_the_standard),
		cmocka_unit_test(invalid_queries_are_refused_with_a_position),
		cmocka_unit_test(filters_inside_of_each_other_have_an_end),
		cmocka_unit_test(deep_json_is_refused_before_it_is_read),
		cmocka_unit_test(many_values_have_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
