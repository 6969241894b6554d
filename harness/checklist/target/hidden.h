/*
 * Preconditions of pending migrations that generated rows cannot show.
 */
#ifndef CHECKLIST_HIDDEN_H
#define CHECKLIST_HIDDEN_H

#include "checklist/item/kind.h"
#include "checklist/target/history.h"
#include "rows/precondition/precondition.h"

/* Runs what is pending on a scratch database that stands where the target does: what it validates, and the unique keys
 * that it writes. What it turns out to mend, or to look out for (ON CONFLICT DO NOTHING), it does not ask for. Gives a
 * list of RowsPrecondition *, which the caller unrefs. NULL with *error. */
GPtrArray *checklist_hidden_learn(const RunJob *job, const ChecklistContext *context, const ChecklistHistory *history,
                                  GError **error);

#endif
