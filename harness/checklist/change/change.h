/*
 * UPDATE, DELETE and INSERT of pending migrations, asked on the rows of the target as SELECTs.
 */
#ifndef CHECKLIST_CHANGE_H
#define CHECKLIST_CHANGE_H

#include "db/session.h"

/* What the statements so far have written. */
typedef struct ChecklistChanges ChecklistChanges;

/* Before the first of them. NULL with *error. */
ChecklistChanges *checklist_changes_new(DbSession *session, GError **error);
void checklist_changes_free(ChecklistChanges *changes); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChecklistChanges, checklist_changes_free)

/* Appends what the statement asks of rows, of RowsPrecondition *, in the open transaction, on a scratch database in
 * which all statements before it have run, and it has not. What is inside of a function or of DO, or too complex, has
 * no query. False with *error. */
bool checklist_changes_look(ChecklistChanges *changes, DbSession *session, const char *sql, GPtrArray *found,
                            GError **error);

#endif
