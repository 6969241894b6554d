/*
 * Disk space on the target: the need of the rehearsed ups, on top of the space in use.
 */
#ifndef CHECKLIST_BACKUP_ROOM_H
#define CHECKLIST_BACKUP_ROOM_H

#include "checklist/item/kind.h"

/* How large the disk is, no server says: the suite does. */
typedef struct {
	double capacity; /* bytes; 0: nothing is said, and nothing is judged */
	double limit;    /* percent */
} BackupRoom;

/* The need of the ups on the copy, in bytes. */
typedef struct {
	double peak;  /* for files, at the worst moment, beyond the space used before */
	double grown; /* that stays when all are done */
	double wal;
} BackupNeed;

/* `node` is the item's "disk", or NULL. False with *error (BASE_ERROR_INPUT). */
bool backup_room_load(const SuiteNode *node, BackupRoom *room, GError **error);

/* Adds the need as facts. Opens the item if the target has too little space, or does not report the space in use.
 * False with *error. */
bool backup_room_judge(const BackupRoom *room, const BackupNeed *need, const ChecklistContext *context,
                       ChecklistResult *result, GError **error);

#endif
