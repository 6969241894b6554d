/*
 * The room on the target's disk: what the rehearsed ups need, beside what is taken.
 */
#ifndef CHECKLIST_BACKUP_ROOM_H
#define CHECKLIST_BACKUP_ROOM_H

#include "checklist/item/kind.h"

/* How large the disk is, no server says: the suite does. */
typedef struct {
	double capacity; /* bytes; 0: nothing is said, and nothing is judged */
	double limit;    /* percent */
} BackupRoom;

/* What the ups have needed on the copy, in bytes. */
typedef struct {
	double peak;  /* for files, at the worst moment, beyond what there was before */
	double grown; /* that stays when all are done */
	double wal;
} BackupNeed;

/* `node` is the item's "disk", or NULL. False with *error (BASE_ERROR_INPUT). */
bool backup_room_load(const SuiteNode *node, BackupRoom *room, GError **error);

/* Facts of what is needed; opens the item where the target has no room for it, or does not say what is taken. False
 * with *error. */
bool backup_room_judge(const BackupRoom *room, const BackupNeed *need, const ChecklistContext *context,
                       ChecklistResult *result, GError **error);

#endif
