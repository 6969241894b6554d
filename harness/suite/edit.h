/*
 * Changes of a YAML file as changes of its text, so that comments, order and style stay.
 */
#ifndef SUITE_EDIT_H
#define SUITE_EDIT_H

#include "suite/document.h"

/* The changes of one file, collected first and made all at once. */
typedef struct SuiteEdits SuiteEdits;

/* `node` is any node of the file; its document must outlive the edits. */
SuiteEdits *suite_edits_new(const SuiteNode *node);
void suite_edits_free(SuiteEdits *edits); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SuiteEdits, suite_edits_free)

/* The file that the node stands in. */
const char *suite_node_path(const SuiteNode *node);

/* The node of the file that stands where this one does, which may have been put together from several; NULL when there
 * is none. */
const SuiteNode *suite_edits_find(const SuiteEdits *edits, const SuiteNode *node);

/* Each gives NULL, or why it cannot be done (a static text). */

/* The value becomes `yaml`, a scalar or collection in flow form. */
const char *suite_edits_set(SuiteEdits *edits, const SuiteNode *node, const char *yaml);
/* The key with its value, or the item of a list, goes. A collection of which nothing is left becomes empty. */
const char *suite_edits_remove(SuiteEdits *edits, const SuiteNode *node);
/* Adds an entry (lines without indentation; `flow` is the same in one line) to the mapping or list. */
const char *suite_edits_add(SuiteEdits *edits, const SuiteNode *collection, const char *lines, const char *flow);

/* The new text of the file. The caller frees it. */
char *suite_edits_apply(const SuiteEdits *edits);
/* The text as it is; belongs to the document. */
const char *suite_edits_text(const SuiteEdits *edits);

#endif
