/* A written text is read back unchanged by a YAML parser. */
#include "catalog/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <libfyaml.h>

static const char *const nasty[] = {
	"plain",
	"two words",
	"",
	" ",
	" leading",
	"trailing ",
	"~",
	"null",
	"Null",
	"true",
	"FALSE",
	"yes",
	"No",
	"on",
	"y",
	"1",
	"-1",
	"+1",
	"1e3",
	"0x1F",
	".5",
	".inf",
	"-.inf",
	".nan",
	"1_000",
	"12:30:45",
	"2024-01-01",
	"1.2.3",
	"-",
	"- a",
	"-a",
	"---",
	"...",
	"?",
	"? a",
	":",
	": a",
	"a:",
	"a: b",
	"a:b",
	"a::text",
	"a #b",
	"a#b",
	"#a",
	"&a",
	"*a",
	"!a",
	"|",
	">",
	"%a",
	"@a",
	"`a",
	"'a'",
	"\"a\"",
	"a\"b",
	"a'b",
	"a\\b",
	"[a]",
	"{a}",
	"a,b",
	"a, b",
	"a[1]",
	"a{1}",
	"]",
	"}",
	",",
	"=",
	"<<",
	"a\tb",
	"\ta",
	"a\t",
	"a\rb",
	"a\r\nb",
	"a\nb",
	"a\nb\n",
	"a\nb\n\n",
	"\na\nb",
	"\n\n  a\nb\n",
	"  a\nb",
	"\ta\nb",
	"a\n\n\nb",
	"a\n  ",
	"a\n\t\nb",
	"a  \nb  ",
	"a\n# no comment",
	"a\n---\nb",
	"a\n...\n",
	"\n",
	"\n\n",
	"  \n  ",
	" \n",
	"a\x01"
	"b\nc",
	"\x7f",
	"gr\xc3\xbc\xc3\x9f"
	"e",
	"\xf0\x9f\x90\x98 elephant",
	"\xc2\x85",
	"\xc2\xa0",
	"a\xe2\x80\xa8"
	"b",
	"\xef\xbb\xbf"
	"bom",
	"\xef\xbb\xbf\nbom",
};

/* The scalar that the YAML text of "k: ..." gives; NULL when it is not read. */
static char *
parse_value(const char *yaml, const char *path)
{
	struct fy_document *document = fy_document_build_from_string(NULL, yaml, FY_NT);
	char *value = NULL;

	if (document == NULL)
		return NULL;
	struct fy_node *node = fy_node_by_path(fy_document_root(document), path, FY_NT, FYNWF_DONT_FOLLOW);
	gsize length;
	const char *text = node != NULL ? fy_node_get_scalar(node, &length) : NULL;
	if (text != NULL)
		value = g_strndup(text, length);
	fy_document_destroy(document);
	return value;
}

static void
check_value(const char *yaml, const char *path, const char *expected)
{
	g_autofree char *value = parse_value(yaml, path);

	if (value == NULL)
		fail_msg("not read:\n%s", yaml);
	if (strcmp(value, expected) != 0)
		print_error("read wrongly:\n%s\n", yaml);
	assert_string_equal(value, expected);
}

static void
a_scalar_is_read_back(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(nasty); i++) {
		g_autoptr(GString) yaml = g_string_new("k: ");
		catalog_yaml_append(yaml, nasty[i], false);
		g_string_append(yaml, "\nlast: 1\n");
		check_value(yaml->str, "/k", nasty[i]);
	}
}

static void
a_scalar_in_a_flow_is_read_back(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(nasty); i++) {
		g_autoptr(GString) yaml = g_string_new("k: { a: [");
		catalog_yaml_append(yaml, nasty[i], true);
		g_string_append(yaml, ", x], b: ");
		catalog_yaml_append(yaml, nasty[i], true);
		g_string_append(yaml, " }\n");
		check_value(yaml->str, "/k/a/0", nasty[i]);
		check_value(yaml->str, "/k/b", nasty[i]);
	}
}

static void
a_key_is_read_back(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(nasty); i++) {
		g_autoptr(GString) yaml = g_string_new(NULL);
		catalog_yaml_append(yaml, nasty[i], false);
		g_string_append(yaml, ": 1\n");
		struct fy_document *document = fy_document_build_from_string(NULL, yaml->str, FY_NT);
		if (document == NULL)
			fail_msg("not read:\n%s", yaml->str);
		struct fy_node_pair *pair = fy_node_mapping_get_by_index(fy_document_root(document), 0);
		gsize length;
		const char *key = fy_node_get_scalar(fy_node_pair_key(pair), &length);
		assert_int_equal(length, strlen(nasty[i]));
		assert_memory_equal(key, nasty[i], length);
		fy_document_destroy(document);
	}
}

static void
a_block_is_read_back(void **state)
{
	(void)state;
	guint blocks = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(nasty); i++) {
		if (!catalog_yaml_is_block(nasty[i]))
			continue;
		g_autoptr(GString) yaml = g_string_new("a:\n  k: ");
		catalog_yaml_append_block(yaml, nasty[i], 4);
		g_string_append(yaml, "  last: 1\n");
		check_value(yaml->str, "/a/k", nasty[i]);
		check_value(yaml->str, "/a/last", "1");
		blocks++;
	}
	assert_true(blocks > 10);
}

static void
a_list_is_read_back(void **state)
{
	(void)state;
	static const struct {
		const char *json;
		const char *yaml;
	} cases[] = {
		{ "[]", "[]" },
		{ "[\"a\"]", "[a]" },
		{ "[\"a\",\"b c\"]", "[a, b c]" },
		{ "[\"a,b\",\"\"]", "[\"a,b\", \"\"]" },
		{ "[\"a\\\"b\",\"c\\\\d\"]", "[a\"b, c\\d]" },
		{ "[\"a\\nb\\u0001\"]", "[\"a\\nb\\x01\"]" },
		{ "[\"a\\/b\",\"true\"]", "[a/b, \"true\"]" },
		{ "[\"gr\xc3\xbc\xc3\x9f"
		  "e\"]",
		  "[gr\xc3\xbc\xc3\x9f"
		  "e]" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) yaml = g_string_new(NULL);
		catalog_yaml_append_list(yaml, cases[i].json);
		assert_string_equal(yaml->str, cases[i].yaml);
	}
}

static void
text_that_is_not_utf8_stays_readable(void **state)
{
	(void)state;
	g_autoptr(GString) yaml = g_string_new("k: ");

	catalog_yaml_append(yaml,
	                    "a\xff"
	                    "b",
	                    false);
	assert_true(g_utf8_validate(yaml->str, -1, NULL));
	assert_false(catalog_yaml_is_block("a\xff\nb"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scalar_is_read_back), cmocka_unit_test(a_scalar_in_a_flow_is_read_back),
		cmocka_unit_test(a_key_is_read_back),    cmocka_unit_test(a_block_is_read_back),
		cmocka_unit_test(a_list_is_read_back),   cmocka_unit_test(text_that_is_not_utf8_stays_readable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
