/* Documents and their nodes, as they are once they are read. */
#include "suite/document_private.h"

#include "base/error.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

static void
document_node_free(gpointer data)
{
	SuiteNode *node = data;

	g_free(node->keys);
	g_free(node->items);
	g_free(node);
}

static void
document_free(gpointer data)
{
	suite_document_free(data);
}

SuiteNode *
suite_node_new(SuiteDocument *document, SuiteNodeKind kind, gsize offset)
{
	SuiteNode *node = g_new0(SuiteNode, 1);

	node->document = document;
	node->kind = kind;
	node->offset = offset;
	node->weight = 1;
	g_ptr_array_add(document->nodes, node);
	return node;
}

SuiteDocument *
suite_document_new(Source *source)
{
	SuiteDocument *document = g_new0(SuiteDocument, 1);
	const char *text = base_source_text(source);

	/* Nobody sees a byte order mark, so no column counts it. */
	document->source = g_str_has_prefix(text, BYTE_ORDER_MARK)
	                       ? base_source_new(base_source_path(source), text + strlen(BYTE_ORDER_MARK),
	                                         (gssize)(base_source_length(source) - strlen(BYTE_ORDER_MARK)))
	                       : base_source_ref(source);
	document->texts = g_string_chunk_new(8192);
	document->nodes = g_ptr_array_new_with_free_func(document_node_free);
	document->adopted = g_ptr_array_new_with_free_func(document_free);
	return document;
}

void
suite_document_free(SuiteDocument *document)
{
	if (document == NULL)
		return;
	g_ptr_array_unref(document->adopted);
	g_ptr_array_unref(document->nodes);
	g_string_chunk_free(document->texts);
	base_source_unref(document->source);
	g_free(document);
}

void
suite_document_adopt(SuiteDocument *document, SuiteDocument *other)
{
	g_ptr_array_add(document->adopted, other);
}

const GPtrArray *
suite_document_adopted(const SuiteDocument *document)
{
	return document->adopted;
}

const SuiteNode *
suite_document_root(const SuiteDocument *document)
{
	return document->root;
}

const char *
suite_document_path(const SuiteDocument *document)
{
	return base_source_path(document->source);
}

/* --- Reading ------------------------------------------------------------- */

SuiteNodeKind
suite_node_kind(const SuiteNode *node)
{
	return node->kind;
}

SourcePosition
suite_node_position(const SuiteNode *node)
{
	return base_source_position(node->document->source, node->offset);
}

const char *
suite_node_text(const SuiteNode *node)
{
	return node->kind == SUITE_NODE_SCALAR ? node->text : NULL;
}

bool
suite_node_is_quoted(const SuiteNode *node)
{
	return node->kind == SUITE_NODE_SCALAR && !node->plain;
}

bool
suite_node_is_word(const SuiteNode *node, const char *word)
{
	return node->kind == SUITE_NODE_SCALAR && node->plain && strcmp(node->text, word) == 0;
}

bool
suite_node_is_null(const SuiteNode *node)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (suite_node_is_word(node, words[i]))
			return true;
	return false;
}

bool
suite_node_is_bool(const SuiteNode *node, bool *ret_value)
{
	bool yes = suite_node_is_word(node, "true");

	if (!yes && !suite_node_is_word(node, "false"))
		return false;
	*ret_value = yes;
	return true;
}

bool
suite_node_is_int(const SuiteNode *node, gint64 *ret_value)
{
	return node->kind == SUITE_NODE_SCALAR && node->plain &&
	       g_ascii_string_to_signed(node->text, 10, G_MININT64, G_MAXINT64, ret_value, NULL);
}

guint
suite_node_size(const SuiteNode *node)
{
	return node->n_items;
}

const SuiteNode *
suite_node_item(const SuiteNode *node, guint index)
{
	return node->items[index];
}

const char *
suite_node_key(const SuiteNode *node, guint index)
{
	return node->keys[index]->text;
}

const SuiteNode *
suite_node_key_node(const SuiteNode *node, guint index)
{
	return node->keys[index];
}

const SuiteNode *
suite_node_get(const SuiteNode *node, const char *key)
{
	if (node == NULL || node->kind != SUITE_NODE_MAPPING)
		return NULL;
	for (guint i = 0; i < node->n_items; i++)
		if (strcmp(node->keys[i]->text, key) == 0)
			return node->items[i];
	return NULL;
}

const char *
suite_node_get_text(const SuiteNode *node, const char *key)
{
	const SuiteNode *value = suite_node_get(node, key);

	return value != NULL ? suite_node_text(value) : NULL;
}

/* --- Errors -------------------------------------------------------------- */

bool
suite_source_error(const Source *source, gsize offset, GError **error, const char *hint, const char *message)
{
	g_autofree char *place = base_position_format(base_source_position(source, offset));
	g_autofree char *excerpt = base_source_excerpt(source, offset);

	return base_error_set(error, BASE_ERROR_INPUT, hint, "%s: %s\n%s", place, message, excerpt);
}

bool
suite_node_error(const SuiteNode *node, GError **error, const char *hint, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	return suite_source_error(node->document->source, node->offset, error, hint, message);
}

/* --- Blocks -------------------------------------------------------------- */

static gsize
line_start(const char *text, gsize offset)
{
	while (offset > 0 && text[offset - 1] != '\n')
		offset--;
	return offset;
}

/* The column of the last dash of a line that may begin an item of a list; 0: there is none. */
static gsize
dash_column(const char *text, gsize start)
{
	gsize column = 0;

	for (gsize i = start; text[i] != '\0' && text[i] != '\n' && text[i] != '|' && text[i] != '>'; i++)
		if (text[i] == '-')
			column = i - start + 1;
	return column;
}

bool
suite_block_is_indented(const Source *source, gsize offset, const SuiteNode *key)
{
	const char *text = base_source_text(source);
	gsize start = line_start(text, offset);
	gsize parent = key != NULL  ? base_source_position(source, key->offset).column
	               : start == 0 ? 0
	                            : dash_column(text, line_start(text, start - 1));

	for (gsize indent = 0;; indent = 0) {
		indent = strspn(text + start, " ");
		gsize next = start + indent + strspn(text + start + indent, "\t\r");
		if (text[next] != '\n')
			return text[next] == '\0' || indent >= parent;
		start = next + 1;
	}
}
