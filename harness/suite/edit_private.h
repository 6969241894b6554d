/* Declarations for edit.c and edit_range.c; no other file includes it. */
#ifndef SUITE_EDIT_PRIVATE_H
#define SUITE_EDIT_PRIVATE_H

#include "suite/document_private.h"
#include "suite/edit.h"

/* A replacement of the bytes [start, end) by the text. */
typedef struct {
	gsize start;
	gsize end;
	char *text;
} Edit;

/* Where a node stands in its file. */
typedef struct {
	const SuiteNode *parent; /* NULL: the root */
	const SuiteNode *key;    /* of its value; NULL: an item of a list */
} Place;

/* How a collection of which all entries go became empty. */
typedef struct {
	const SuiteNode *last; /* the entry that went last: its key, or the item */
	guint edit;            /* the edit that emptied it */
} Emptied;

struct SuiteEdits {
	const SuiteDocument *document;
	const char *text;
	gsize length;
	GArray *edits;       /* of Edit */
	GHashTable *places;  /* const SuiteNode * (a key or a value) -> Place * */
	GHashTable *shared;  /* values that aliases use, too */
	GHashTable *removed; /* collection -> number of entries that go */
	GHashTable *added;   /* collections that get entries */
	GHashTable *flows;   /* collections in flow form that lose or get entries -> GString: the new entries */
	GHashTable *gone;    /* values that these lose */
	GHashTable *emptied; /* collections of which all entries go -> Emptied * */
};

/* --- Places in the text: byte offsets --------------------------------------- */

gsize suite_edit_line_start(const SuiteEdits *edits, gsize offset);
gsize suite_edit_next_line(const SuiteEdits *edits, gsize offset);
/* True for a collection in brackets. */
bool suite_edit_is_flow(const SuiteEdits *edits, const SuiteNode *node);
/* Behind the bracket that closes the one at the offset. */
gsize suite_edit_flow_end(const SuiteEdits *edits, gsize offset);
/* The range of a scalar; false for one that has no place of its own, or none that is known. */
bool suite_edit_scalar_range(const SuiteEdits *edits, const SuiteNode *node, gsize *ret_start, gsize *ret_end);
/* Behind the node. */
bool suite_edit_node_end(const SuiteEdits *edits, const SuiteNode *node, gsize *ret_end);
/* Behind a key with its value, or (key NULL) an item, which may have no place of its own. */
bool suite_edit_entry_end(const SuiteEdits *edits, const SuiteNode *key, const SuiteNode *value, gsize *ret_end);

/* The text as a block scalar that replaces the one whose header is at the offset; NULL if the text cannot be one, or
 * reads as well on one line. The caller frees it. */
char *suite_edit_block_scalar(const SuiteEdits *edits, gsize header, const char *text);

#endif
