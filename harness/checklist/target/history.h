/*
 * The tool's history on the target, held against the files.
 */
#ifndef CHECKLIST_HISTORY_H
#define CHECKLIST_HISTORY_H

#include "checklist/item/item.h"
#include "migration/history.h"
#include "run/job/plan.h"

typedef struct {
	MigrationHistory history;
	GPtrArray *problems; /* of MigrationHistoryProblem * */
	GPtrArray *pending;  /* of const Migration *, in the order of the set */
	guint n_problems;    /* other than that something is pending */
	char *unknown;       /* why it cannot be read; or NULL: then it was */
} ChecklistHistory;

void checklist_history_clear(ChecklistHistory *history);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ChecklistHistory, checklist_history_clear)

/* Reads it in the transaction of target_reading_open, as the first thing in it. False with *error: the session cannot
 * go on. */
bool checklist_history_read(const RunJob *job, DbSession *session, ChecklistHistory *ret_history, GError **error);
/* The same on a scratch database, where nothing has to be looked out for. */
bool checklist_history_read_ours(const RunJob *job, DbSession *session, ChecklistHistory *ret_history, GError **error);

/* The names of the pending migrations, separated by commas. The caller frees it. */
char *checklist_history_list_pending(const ChecklistHistory *history);
/* Adds what is wrong in it, other than that something is pending, to the details. */
void checklist_history_list_problems(const ChecklistHistory *history, ChecklistResult *result);

#endif
