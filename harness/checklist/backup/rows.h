/*
 * The rows of the restored copy: after the downs they have to be the same as before the ups.
 */
#ifndef CHECKLIST_BACKUP_ROWS_H
#define CHECKLIST_BACKUP_ROWS_H

#include "checklist/item/kind.h"
#include "report/observation.h"
#include "rows/state/state.h"

/* Rows are read, as checksums, before the first up and after the last down. Where some of the migrations are declared
 * to lose rows and others are not, they are read before each up and after each down: a declaration is that of one
 * migration. */
typedef struct {
	const RunJob *job;        /* borrowed */
	const GPtrArray *pending; /* borrowed; of Migration * */
	bool each;
	GPtrArray *before;    /* of RowsState *, by migration; where not each is read, of the first one alone */
	DbResult *sequences;  /* where they stood before the first up */
	GHashTable *touching; /* OID of a table -> GPtrArray of const Migration *: whose scripts have changed it */
	GHashTable *known;    /* char *: differences that were judged after an earlier down */
	guint n_lossy;        /* of them that are declared */
} BackupRows;

void backup_rows_begin(BackupRows *rows, const RunJob *job, const GPtrArray *pending);
void backup_rows_clear(BackupRows *rows);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BackupRows, backup_rows_clear)

/* Which tables a script has changed; `observation` may be NULL: nothing is known. */
void backup_rows_note(BackupRows *rows, const Migration *migration, const ReportObservation *observation);

/* Called before the up and after the down of the migration with that number; the session is idle. A difference opens
 * the item, which then names table, column, number of rows and migration. Rows lost by a migration that the suite
 * declares "lossy" are only a fact. False with *error. */
bool backup_rows_before_up(BackupRows *rows, guint index, DbSession *session, GError **error);
bool backup_rows_after_down(BackupRows *rows, guint index, DbSession *session, ChecklistResult *result, GError **error);

#endif
