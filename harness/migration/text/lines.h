/*
 * The lines of a text, for the formats with rules about lines.
 */
#ifndef MIGRATION_TEXT_LINES_H
#define MIGRATION_TEXT_LINES_H

#include <glib.h>
#include <stdbool.h>

/* Byte offsets of the text: from the first byte of the line to its end, without LF or CR LF. */
typedef struct {
	gsize start;
	gsize end;
} MigrationLine;

/* The line that begins at *position, which then moves on to the next. False when there is none. */
bool migration_line_next(const char *text, gsize length, gsize *position, MigrationLine *ret_line);

/* The offset of the line's first byte that is no white space; its end when there is none. */
gsize migration_line_first(const char *text, const MigrationLine *line);

/* True when goose and sql-migrate take the line for the last of a statement: the last word before one that begins with
 * "--" ends with a semicolon. `text` is the line alone. */
bool migration_line_ends_statement(const char *text);

#endif
