/*
 * Texts from databases and files made fit to be shown: nothing in them can steer a terminal or
 * break a report.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <glib.h>
#include <stdbool.h>

typedef enum {
	REPORT_TEXT_LINES, /* line feeds and tabs stay; CR LF becomes LF */
	REPORT_TEXT_LINE,  /* they are shown as \n and \t */
} ReportTextShape;

/* A copy in valid UTF-8 without control characters. Characters that cannot be shown are written as in a string of
 * PostgreSQL, E'...': \xNN for control characters below U+0080 (\r for a carriage return) and for bytes that are not
 * UTF-8; \uNNNN for the control characters U+0080 to U+009F, U+FFFE, U+FFFF, byte order marks, line separators and
 * characters that change the direction of writing. The result is at most max_bytes long; if that cuts it, "[cut: N
 * bytes left out]" follows, on a line of its own in REPORT_TEXT_LINES. The caller frees it. */
char *report_text_clean(const char *text, gsize max_bytes, ReportTextShape shape);

/* The columns that a cleaned text of one line takes on a terminal. */
guint report_text_width(const char *text);

/* Cuts a cleaned text of one line, in place, to at most `columns` columns. Gives it back. */
char *report_text_cut(char *text, guint columns);

/* How many bytes of a cleaned text of one line fit into so many columns: up to the end of a word, or all of the first
 * word where that is wider. */
gsize report_text_fit(const char *text, guint columns);

/* "12.5 MB", in units as PostgreSQL has them: a kB is 1024 bytes. The caller frees it. */
char *report_text_bytes(double bytes);

/* "0.4 ms", "41 ms", "12.3 s", "3 min 05 s", "1 h 02 min"; a negative time counts as none. The
 * caller frees it. */
char *report_text_duration(gint64 microseconds);

#endif
