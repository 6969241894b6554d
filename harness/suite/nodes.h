/*
 * Nodes that are put together from others: of several files, or with parts left out.
 */
#ifndef SUITE_NODES_H
#define SUITE_NODES_H

#include "suite/document.h"

/* Owns the nodes made with it, but not those that they hold; their documents must live as long. */
typedef struct SuiteNodes SuiteNodes;

SuiteNodes *suite_nodes_new(void);
void suite_nodes_free(SuiteNodes *nodes); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SuiteNodes, suite_nodes_free)

/* A mapping of keys (const SuiteNode *, scalars) to items, as many; or, with keys NULL, a list. It stands where `place`
 * does. Both arrays stay the caller's. */
const SuiteNode *suite_nodes_make(SuiteNodes *nodes, const SuiteNode *place, const GPtrArray *keys,
                                  const GPtrArray *items);

/* A scalar, unquoted, that stands where `place` does. The text must live as long as the nodes. */
const SuiteNode *suite_nodes_word(SuiteNodes *nodes, const SuiteNode *place, const char *text);

#endif
