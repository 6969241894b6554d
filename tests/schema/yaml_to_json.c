/*
 * What a JSON Schema cannot be held against: YAML.
 *
 * usage: yaml-to-json json FILE...           each file as JSON, one a line
 *        yaml-to-json suite|fixture FILE...  what the program's own shapes say of each file, one a line: ok, or the
 * error
 */
#include "check/fixture/fixture.h"
#include "check/kind/kind.h"
#include "suite/json_schema.h"

#include <stdio.h>
#include <string.h>

static void
print_text(const char *text)
{
	putchar('"');
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ' || *text == '"' || *text == '\\')
			printf("\\u%04x", (unsigned)*text);
		else
			putchar(*text);
	}
	putchar('"');
}

static void
print_scalar(const SuiteNode *node)
{
	bool truth = false;
	gint64 number = 0;

	if (suite_node_is_null(node))
		printf("null");
	else if (suite_node_is_bool(node, &truth))
		printf(truth ? "true" : "false");
	else if (suite_node_is_int(node, &number))
		printf("%" G_GINT64_FORMAT, number);
	else
		print_text(suite_node_text(node));
}

static void
print_node(const SuiteNode *node)
{
	bool mapping = suite_node_kind(node) == SUITE_NODE_MAPPING;

	if (suite_node_kind(node) == SUITE_NODE_SCALAR) {
		print_scalar(node);
		return;
	}
	putchar(mapping ? '{' : '[');
	for (guint i = 0; i < suite_node_size(node); i++) {
		if (i > 0)
			putchar(',');
		if (mapping) {
			print_text(suite_node_key(node, i));
			putchar(':');
		}
		print_node(suite_node_item(node, i));
	}
	putchar(mapping ? '}' : ']');
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	bool json = strcmp(what, "json") == 0;
	const SuiteShape *shape = strcmp(what, "suite") == 0 ? suite_json_schema_suite(check_kinds())
	                                                     : check_fixture_shape();

	for (int i = 2; i < argc; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(SuiteDocument) document = suite_document_load(argv[i], &error);
		if (json && document != NULL) {
			print_node(suite_document_root(document));
			putchar('\n');
			continue;
		}
		bool right = document != NULL &&
		             suite_shape_check(shape, suite_document_root(document), "the file", &error);
		g_autofree char *line = right ? g_strdup("ok") : g_strdelimit(g_strdup(error->message), "\n", ' ');
		puts(line);
	}
	return 0;
}
