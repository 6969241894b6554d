#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/json_member.h"

static const char text[] =
    "{\"text\": \"a\", \"number\": 7, \"truth\": true, \"object\": {\"text\": \"b\"},"
    " \"array\": [\"x\", 1, null, \"y\", {\"text\": \"c\"}, [], {\"text\": \"d\"}], \"null\": null}";

static int
begin(void **state)
{
	JsonParser *parser = json_parser_new();

	*state = parser;
	return json_parser_load_from_data(parser, text, -1, NULL) ? 0 : -1;
}

static int
end(void **state)
{
	g_object_unref(*state);
	return 0;
}

static void
members_of_their_kind_are_read(void **state)
{
	JsonObject *object = json_node_get_object(json_parser_get_root(*state));
	g_auto(GStrv) texts = report_json_member_texts(object, "array");
	g_autofree char *joined = g_strjoinv(" ", texts);

	assert_string_equal(report_json_member_text(object, "text"), "a");
	assert_int_equal(report_json_member_number(object, "number", 0), 7);
	assert_true(report_json_member_bool(object, "truth"));
	assert_string_equal(report_json_member_text(report_json_member_object(object, "object"), "text"), "b");
	assert_int_equal(json_array_get_length(report_json_member_array(object, "array")), 7);
	assert_string_equal(joined, "x y");
}

static void
others_are_nothing(void **state)
{
	JsonObject *object = json_node_get_object(json_parser_get_root(*state));
	static const char *const not_texts[] = { "number", "truth", "object", "array", "null", "missing" };
	static const char *const not_numbers[] = { "text", "truth", "object", "array", "null", "missing" };
	static const char *const not_truths[] = { "text", "number", "object", "array", "null", "missing" };
	static const char *const not_lists[] = { "text", "number", "object", "null", "missing" };

	for (gsize i = 0; i < G_N_ELEMENTS(not_texts); i++)
		assert_null(report_json_member_text(object, not_texts[i]));
	for (gsize i = 0; i < G_N_ELEMENTS(not_lists); i++) {
		assert_null(report_json_member_array(object, not_lists[i]));
		assert_null(report_json_member_texts(object, not_lists[i]));
	}
	for (gsize i = 0; i < G_N_ELEMENTS(not_numbers); i++)
		assert_int_equal(report_json_member_number(object, not_numbers[i], 3), 3);
	for (gsize i = 0; i < G_N_ELEMENTS(not_truths); i++)
		assert_false(report_json_member_bool(object, not_truths[i]));
	assert_null(report_json_member_object(object, "array"));
	assert_null(report_json_member_text(NULL, "text"));
}

static void
note_text(JsonObject *item, void *data)
{
	g_string_append(data, report_json_member_text(item, "text"));
}

static void
each_object_of_an_array_is_read(void **state)
{
	JsonObject *object = json_node_get_object(json_parser_get_root(*state));
	g_autoptr(GString) found = g_string_new(NULL);

	report_json_each(object, "array", note_text, found);
	report_json_each(object, "text", note_text, found);
	report_json_each(object, "missing", note_text, found);
	assert_string_equal(found->str, "cd");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(members_of_their_kind_are_read, begin, end),
		cmocka_unit_test_setup_teardown(others_are_nothing, begin, end),
		cmocka_unit_test_setup_teardown(each_object_of_an_array_is_read, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
