/*
 * A YAML file as a tree in which every node knows its place. The only user of libfyaml.
 *
 * Nodes belong to their document and are freed with it.
 */
#ifndef SUITE_DOCUMENT_H
#define SUITE_DOCUMENT_H

#include "base/source.h"

typedef struct SuiteDocument SuiteDocument;
typedef struct SuiteNode SuiteNode;

/* Reads the file: one YAML 1.2 document. An alias gives its anchor's node itself, with the anchor's place; `<<:
 * *anchor` (or a list of them) in a mapping adds the keys that the mapping does not have itself. An empty file gives a
 * null node, at 1:1; other nodes that are not written stand where their key or their dash is.
 *
 * NULL with *error (BASE_ERROR_INPUT, with file, line, column and the source line) when it is not YAML or not UTF-8,
 * has a block of text that is not indented further than its key, a key twice in one mapping, a key that is no text, an
 * alias without its anchor, tags, directives, a second document, more than 100 levels, more than 64 MiB, or more than 4
 * million nodes; levels and nodes of aliases count each time.
 */
SuiteDocument *suite_document_load(const char *path, GError **error);

/* The same from a text in memory; `path` is what positions say. */
SuiteDocument *suite_document_parse(const char *path, const char *text, GError **error);

void suite_document_free(SuiteDocument *document); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SuiteDocument, suite_document_free)

/* Makes the document own another one, whose nodes live as long as its own then. Takes ownership of `other`. */
void suite_document_adopt(SuiteDocument *document, SuiteDocument *other);
/* Those that it has adopted, of SuiteDocument *, in order. */
const GPtrArray *suite_document_adopted(const SuiteDocument *document);

const SuiteNode *suite_document_root(const SuiteDocument *document);
const char *suite_document_path(const SuiteDocument *document);

typedef enum {
	SUITE_NODE_SCALAR,
	SUITE_NODE_LIST,
	SUITE_NODE_MAPPING,
} SuiteNodeKind;

SuiteNodeKind suite_node_kind(const SuiteNode *node);
SourcePosition suite_node_position(const SuiteNode *node);

/* The text of a scalar; NULL for other kinds. */
const char *suite_node_text(const SuiteNode *node);
/* A scalar in quotes or in block style: always a text, never null, a boolean or a number. */
bool suite_node_is_quoted(const SuiteNode *node);
/* A plain (unquoted) scalar that YAML's core schema reads as null. */
bool suite_node_is_null(const SuiteNode *node);
/* A plain true or false. */
bool suite_node_is_bool(const SuiteNode *node, bool *ret_value);
/* A plain decimal integer of the range of gint64. */
bool suite_node_is_int(const SuiteNode *node, gint64 *ret_value);
/* A plain scalar with just this text: `absent`, in which "absent" in quotes is a name. */
bool suite_node_is_word(const SuiteNode *node, const char *word);

/* Items of a list, or values of a mapping in the order of the file; 0 for a scalar. */
guint suite_node_size(const SuiteNode *node);
const SuiteNode *suite_node_item(const SuiteNode *node, guint index);
/* The key of the value at index, and its own node (for its position). */
const char *suite_node_key(const SuiteNode *node, guint index);
const SuiteNode *suite_node_key_node(const SuiteNode *node, guint index);
/* The value of the key in a mapping; NULL when it is not there or node is no mapping (or NULL). */
const SuiteNode *suite_node_get(const SuiteNode *node, const char *key);
/* Its text; NULL when it is not there or no scalar. */
const char *suite_node_get_text(const SuiteNode *node, const char *key);

/* Sets *error to BASE_ERROR_INPUT: "file:line:column: MESSAGE", the source line with a caret, the hint.
 * Always gives false. */
bool suite_node_error(const SuiteNode *node, GError **error, const char *hint, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

#endif
