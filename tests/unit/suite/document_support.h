/*
 * Shared by the tests of YAML documents.
 */
#ifndef TESTS_UNIT_SUITE_DOCUMENT_SUPPORT_H
#define TESTS_UNIT_SUITE_DOCUMENT_SUPPORT_H

#include "suite/document.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static inline SuiteDocument *
parse(const char *text)
{
	g_autoptr(GError) error = NULL;
	SuiteDocument *document = suite_document_parse("a.yaml", text, &error);

	if (error != NULL)
		fail_msg("%s", error->message);
	assert_non_null(document);
	return document;
}

/* The whole message. The caller frees it. */
static inline char *
parse_error(const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) document = suite_document_parse("a.yaml", text, &error);

	if (document != NULL)
		fail_msg("no error for: %s", text);
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_INPUT));
	return g_strdup(error->message);
}

static inline void
assert_error(const char *text, const char *message)
{
	g_autofree char *found = parse_error(text);

	assert_string_equal(found, message);
}

static inline void
assert_place(const SuiteNode *node, guint line, guint column)
{
	SourcePosition position = suite_node_position(node);

	assert_non_null(node);
	assert_string_equal(position.path, "a.yaml");
	if (position.line != line || position.column != column)
		fail_msg("\"%s\" is at %u:%u, expected %u:%u", suite_node_text(node), position.line, position.column,
		         line, column);
}

/* The node at a path of keys and indexes: "a.0.b". */
static inline const SuiteNode *
at(const SuiteDocument *document, const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, ".", -1);
	const SuiteNode *node = suite_document_root(document);

	for (guint i = 0; parts[i] != NULL; i++) {
		assert_non_null(node);
		node = suite_node_kind(node) == SUITE_NODE_LIST
		           ? suite_node_item(node, (guint)g_ascii_strtoull(parts[i], NULL, 10))
		           : suite_node_get(node, parts[i]);
	}
	if (node == NULL)
		fail_msg("there is no node %s", path);
	return node;
}

static inline char *
repeat(const char *text, guint times)
{
	GString *all = g_string_sized_new(strlen(text) * times);

	for (guint i = 0; i < times; i++)
		g_string_append(all, text);
	return g_string_free(all, FALSE);
}

static inline void
assert_contains(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in: %s", part, text);
}

#endif
