/*
 * pgassay bless: edits of a fixture's file that make an expectation true.
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
	GPtrArray *unresolved; /* of char *: expectations that cannot be updated, with the reasons */
} BlessRound;

void bless_round_open(BlessRound *round, const CatalogSnapshot *snapshot);
void bless_round_clear(BlessRound *round);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BlessRound, bless_round_clear)

/* Takes the edits of the problem into the round, or notes that a person has to decide. */
void bless_round_take(BlessRound *round, const CheckProblem *problem);
/* Adds the object to the collection at the node or, with a key, to a new one in the mapping. NULL, or why it cannot be
 * done. */
const char *bless_round_add(BlessRound *round, const SuiteNode *node, const char *key, const CatalogObject *object);
/* After the last problem: writes the collections that are made. */
void bless_round_end(BlessRound *round);

#endif
