/*
 * "-- Rollback: SQL" in the comment that opens a migration: the way back for formats that have no other.
 */
#ifndef MIGRATION_TEXT_ROLLBACK_COMMENT_H
#define MIGRATION_TEXT_ROLLBACK_COMMENT_H

#include "migration/text/script.h"

/* The contents of the comment; both NULL if there is none. */
typedef struct {
	MigrationMappedText *sql; /* the statements, mapped to their places in the file */
	char *irreversible;       /* "none, REASON", "not possible: REASON", "irreversible: REASON": the reason */
	gsize offset;             /* of the header in the source, in bytes */
} MigrationRollbackComment;

void migration_rollback_comment_clear(MigrationRollbackComment *comment);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MigrationRollbackComment, migration_rollback_comment_clear)

/* Reads the lines that begin with "--" (and blank ones) before the first other text. "-- Rollback:", in letters of any
 * case, begins it; it ends with those lines, at an empty line, or at a line of the form "-- Word:" or "-- Two words:".
 * False with *error when it is empty or there are two. `source` is the file that the text comes from. */
bool migration_rollback_comment_read(const MigrationMappedText *text, const Source *source,
                                     MigrationRollbackComment *ret_comment, GError **error);

#endif
