/*
 * pgassay bless: what would make an expectation true, as changes of the text of its file.
 */
#ifndef COMMAND_BLESS_EDIT_H
#define COMMAND_BLESS_EDIT_H

#include "check/fixture/problem.h"
#include "suite/edit.h"

/* The work on one fixture with all that it includes, against one state of a database. Zeroed, it is empty. */
typedef struct {
	const CatalogSnapshot *snapshot;
	GHashTable *edits;     /* path -> SuiteEdits * */
	GPtrArray *created;    /* of BlessCreated *: new collections with their entries */
	GPtrArray *unresolved; /* of char *: what cannot be updated, and why */
} BlessRound;

void bless_round_open(BlessRound *round, const CatalogSnapshot *snapshot);
void bless_round_clear(BlessRound *round);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BlessRound, bless_round_clear)

/* Takes the changes of the problem into the round, or notes that somebody has to decide. */
void bless_round_take(BlessRound *round, const CheckProblem *problem);
/* Adds the object to the collection at the node or, with a key, to a new one in the mapping. NULL, or why it cannot be
 * done. */
const char *bless_round_add(BlessRound *round, const SuiteNode *node, const char *key, const CatalogObject *object);
/* After the last problem: writes the collections that are made. */
void bless_round_end(BlessRound *round);

#endif
