/*
 * What the statements of pending migrations that change rows ask of the target's.
 */
#ifndef CHECKLIST_TARGET_CHANGES_H
#define CHECKLIST_TARGET_CHANGES_H

#include "check/workspace/workspace.h"
#include "checklist/change/change.h"

/* Runs the migration, which works, statement by statement, and looks at each before. Appends what it finds, of
 * RowsPrecondition *. *changes is NULL for the first migration; checklist_changes_free is due. False with *error. */
bool checklist_target_changes_learn(CheckWorkspace *workspace, const Migration *migration, ChecklistChanges **changes,
                                    GPtrArray *found, GError **error);

#endif
