/*
 * Cuts a script into its statements.
 */
#ifndef MIGRATION_TEXT_SPLITTER_H
#define MIGRATION_TEXT_SPLITTER_H

#include <glib.h>
#include <stdbool.h>

/* A statement as byte offsets of the text: from its first token to the end of its last, without the semicolon. */
typedef struct {
	gsize start;
	gsize end;
	bool has_data; /* COPY ... FROM STDIN */
	gsize data_start;
	gsize data_end; /* the line "\." is not part of the data */
} MigrationPiece;

/* Why a text cannot be cut. */
typedef struct {
	gsize offset;
	const char *message; /* "unterminated string" */
	const char *hint;
} MigrationSplitProblem;

/* The statements of the text, of MigrationPiece: ended by semicolons outside of quotes, comments, parentheses and
 * BEGIN ATOMIC bodies. COPY ... FROM STDIN takes the lines that follow it, up to "\." or the end, as its data. NULL
 * with *ret_problem when a string or comment does not end or a psql command is met. */
GArray *migration_split(const char *text, gsize length, MigrationSplitProblem *ret_problem);

/* The same for a text that psql reads: psql commands may stand between statements, each to the end of its line, and
 * are given as pieces, too: *ret_commands is of MigrationPiece, and the caller unrefs it. */
GArray *migration_split_psql(const char *text, gsize length, GArray **ret_commands, MigrationSplitProblem *ret_problem);

#endif
