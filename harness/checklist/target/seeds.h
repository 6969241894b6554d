/*
 * Rows of earlier migrations on which a pending one counts.
 */
#ifndef CHECKLIST_SEEDS_H
#define CHECKLIST_SEEDS_H

#include "check/workspace/workspace.h"

/* Tries the migration, which works, on a database from which these rows are taken away, all of them first. Appends what
 * it then turns out to need, of RowsPrecondition *. False with *error. */
bool checklist_seeds_learn(CheckWorkspace *workspace, const Migration *migration, GPtrArray *found, GError **error);

#endif
