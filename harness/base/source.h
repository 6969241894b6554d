/*
 * A text file that positions can be given for: migrations, suites, fixtures.
 */
#ifndef BASE_SOURCE_H
#define BASE_SOURCE_H

#include <glib.h>
#include <stdbool.h>

/* A place in a file. Lines and columns count from 1; 0 means "not known".
 * A column counts characters (UTF-8), as editors and PostgreSQL do. The path is
 * interned (g_intern_string), so that positions are copied freely. */
typedef struct {
	const char *path;
	guint line;
	guint column;
} SourcePosition;

/* An immutable text with its path and an index of its lines. Reference counted. */
typedef struct Source Source;

/* Reads the file. NULL with *error (BASE_ERROR_INPUT) when it cannot be read or is
 * larger than max_bytes. The text is taken as it is: encoding and line ends are
 * the reader's business. */
Source *base_source_load(const char *path, gsize max_bytes, GError **error);

/* Makes a source of a text in memory; length < 0 means NUL-terminated. Copies both. */
Source *base_source_new(const char *path, const char *text, gssize length);

/* Several texts joined in order: an offset in the result has the position and the excerpt of the text that it falls
 * into. *ret_starts is the start of each text, n numbers; the caller frees it. Keeps references; the path is that of
 * the first text. */
Source *base_source_join(Source *const *sources, guint n, gsize **ret_starts);

Source *base_source_ref(Source *source);
void base_source_unref(Source *source); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Source, base_source_unref)

/* The same text without its first bytes: positions count from the byte after them. For a byte order mark, which
 * editors do not show. */
Source *base_source_without(const Source *source, gsize bytes);
/* The number of bytes that were left out in that way. */
gsize base_source_left_out(const Source *source);

const char *base_source_path(const Source *source);
/* The text, NUL-terminated (it may also hold NULs: see the length). */
const char *base_source_text(const Source *source);
gsize base_source_length(const Source *source);

/* The position of a byte offset; an offset past the end gives the end. */
SourcePosition base_source_position(const Source *source, gsize offset);

/* The byte offset of a line and a column, which count from 1; a position past the end of its line or of the text
 * gives that end. Not for a joined source. */
gsize base_source_offset(const Source *source, guint line, guint column);

/* The source line of the offset and a caret below its column, two lines without a
 * final line break: "12 | CREATE TABLE t (" and "   |        ^". Lines of more than
 * 160 characters are cut around the caret. The caller frees it. */
char *base_source_excerpt(const Source *source, gsize offset);

/* "path:line:column"; unknown parts are left out. The caller frees it. */
char *base_position_format(SourcePosition position);

#endif
