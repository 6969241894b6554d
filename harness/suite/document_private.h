/*
 * Declarations for document.c, parse_hint.c, parse.c and document_load.c; each calls only those before it.
 */
#ifndef SUITE_DOCUMENT_PRIVATE_H
#define SUITE_DOCUMENT_PRIVATE_H

#include "suite/document.h"

struct SuiteNode {
	const SuiteDocument *document;
	const char *text;       /* scalar */
	const SuiteNode **keys; /* mapping */
	const SuiteNode **items;
	guint n_items;
	guint weight; /* nodes below and including this one, aliases counted each time */
	guint height; /* levels of collections below and including this one, those of aliases too */
	gsize offset; /* in the source, bytes */
	SuiteNodeKind kind;
	bool plain;
};

struct SuiteDocument {
	Source *source;
	GStringChunk *texts;
	GPtrArray *nodes;   /* of SuiteNode *, all of them */
	GPtrArray *adopted; /* of SuiteDocument * */
	const SuiteNode *root;
};

/* An empty one; without the source's byte order mark. */
SuiteDocument *suite_document_new(Source *source);

/* A node of the document, which owns it. */
SuiteNode *suite_node_new(SuiteDocument *document, SuiteNodeKind kind, gsize offset);

/* A hint for an error of libfyaml with this message, which has none; NULL: we do not know it. */
const char *suite_parse_hint(const char *message);

/* parse.c: fills document->root from document->source. False with *error as suite_document_load says. */
bool suite_document_fill(SuiteDocument *document, GError **error);

/* True when the block of text whose first line has the offset stands further to the right than its key, or, without
 * one, than the last dash of the line before it. */
bool suite_block_is_indented(const Source *source, gsize offset, const SuiteNode *key);

/* Sets *error as suite_node_error does, for a byte offset of the source. Always gives false. */
bool suite_source_error(const Source *source, gsize offset, GError **error, const char *hint, const char *message);

#endif
