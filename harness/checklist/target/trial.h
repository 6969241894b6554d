/*
 * A pending migration tried on the scratch database that stands where the target does; nothing of it stays.
 */
#ifndef CHECKLIST_TRIAL_H
#define CHECKLIST_TRIAL_H

#include "check/workspace/workspace.h"

/* In a transaction that is rolled back, or, where the migration does not fit into one, on a copy. */
typedef struct {
	CheckWorkspace *workspace; /* borrowed */
	const Migration *migration;
	CheckWorkspace copy;
	CheckWorkspace *at; /* where it runs: with an open transaction after checklist_trial_begin and _apply */
	DbResult *sequences;
} ChecklistTrial;

/* False with *error; checklist_trial_clear is due all the same. */
bool checklist_trial_begin(CheckWorkspace *workspace, const Migration *migration, ChecklistTrial *ret_trial,
                           GError **error);
/* Runs the migration. After a failure of it, which is no error, nothing more can be asked. */
bool checklist_trial_apply(ChecklistTrial *trial, MigrationOutcome *outcome, GError **error);
bool checklist_trial_end(ChecklistTrial *trial, GError **error);
void checklist_trial_clear(ChecklistTrial *trial);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ChecklistTrial, checklist_trial_clear)

#endif
