/*
 * A backup: the file, the restored copy, and the pending migrations on that copy. Only the kind "backup" uses this.
 */
#ifndef CHECKLIST_BACKUP_H
#define CHECKLIST_BACKUP_H

#include "check/workspace/workspace.h"
#include "checklist/backup/room.h"

typedef struct {
	const SuiteNode *node;
	const char *file;
	double younger; /* seconds; INFINITY: any age will do */
	double within;  /* seconds that restoring may take; INFINITY: any */
	bool restore;
	bool rehearse;
	BackupRoom room;
} BackupWanted;

typedef enum {
	BACKUP_PLAIN,   /* SQL, for psql */
	BACKUP_ARCHIVE, /* for pg_restore: custom, directory, tar */
} BackupFormat;

/* Facts about the file. */
typedef struct {
	char *path;
	BackupFormat format;
	gint64 made;      /* seconds since 1970; from the file system or the archive, whichever is older */
	char *database;   /* that it is of, by itself; NULL: it does not say */
	char *version;    /* of the server that it is of; NULL: it does not say */
	char *written_by; /* the version of its pg_dump; NULL: it does not say */
	guint entries;
	char *broken; /* why it cannot be read, or why there is none; or NULL */
	char *hint;   /* what to do about that; or NULL */
} BackupFile;

void backup_file_clear(BackupFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BackupFile, backup_file_clear)

/* The newest file that matches the pattern, and the properties that its head gives. `programs` is the folder of
 * pg_restore. *ret_file->path is NULL if no file matches. False with *error: pg_restore cannot be run. */
bool backup_file_read(const char *pattern, const char *programs, BackupFile *ret_file, GError **error);

/* Sets the format by the first and last bytes of the file; of a file that is no backup, or a part of one, `broken` and
 * `hint`. */
void backup_guess(BackupFile *file);

/* Sets `broken` and `hint` by what pg_restore --list has written. */
void backup_explain_list(BackupFile *file, const char *stderr_text);
/* Opens the item: the backup could not be restored, and this is what the program has written. */
bool backup_explain_restore(const BackupFile *file, const ChecklistContext *context, ScratchServer *server,
                            const char *stderr_text, ChecklistResult *result, GError **error);

/* Restores it into a new database of the server. *ret_stderr_text is the output of the program if that failed; NULL:
 * it did not. *ret_duration is in microseconds. The caller drops the database. False with *error: it could not be
 * tried. */
bool backup_restore(const BackupFile *file, const char *programs, ScratchServer *server, ScratchDatabase **ret_database,
                    char **ret_stderr_text, gint64 *ret_duration, GError **error);

/* Holds tables, rows and values of the copy against the target: `rows` and `same`. Opens the item where they differ.
 * *ret_lacks names tables of the target that the copy does not have, for the line; the caller frees it. It is left
 * unchanged if there are none. */
bool backup_compare(const BackupWanted *wanted, const ChecklistContext *context, const ScratchDatabase *copy,
                    ChecklistResult *result, char **ret_lacks, GError **error);

/* Runs the pending migrations on the copy, then their downs. Opens the item if one fails, or if the schema or the
 * rows are different after the downs. *ret_summary names the rehearsed migrations, for the line; the caller frees
 * it. *ret_need is left unchanged if nothing was run. */
bool backup_rehearse(const ChecklistItem *item, ScratchServer *server, ScratchDatabase *copy, ChecklistResult *result,
                     char **ret_summary, BackupNeed *ret_need, GError **error);

#endif
