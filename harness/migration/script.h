/*
 * Making scripts and migrations; for the formats and for stand-ins.
 */
#ifndef MIGRATION_SCRIPT_H
#define MIGRATION_SCRIPT_H

#include "migration/mapped_text.h"
#include "migration/migration.h"

/* Larger files are refused: a migration that carries its data in SQL has a better place for it. */
#define MIGRATION_MAX_FILE_BYTES ((gsize)100 * 1024 * 1024)

/* Reads a file of SQL, without its byte order mark. NULL with *error (BASE_ERROR_INPUT) when it cannot be read, is too
 * large, is not UTF-8 or holds a NUL. */
Source *migration_source_load(const char *path, GError **error);

/* The same for a tool that takes a byte order mark for text, which is then an error (with the tool's name), as the
 * server refuses it, too. The text of the source is then the file, byte for byte. */
Source *migration_source_load_exact(const char *path, const char *tool, GError **error);

/* True when the file began with one, whether the text of the source still does or not. */
bool migration_source_has_byte_order_mark(const Source *source);

/* Checks a text that is there already: UTF-8, no NUL. */
bool migration_source_check(const Source *source, GError **error);

/* The text of the source without its byte order mark, where it still has one. */
MigrationMappedText *migration_source_text(const Source *source);

/* Cuts the text, which comes from the source, into statements and takes it over (also on failure). The script is in
 * mode T. NULL with *error (BASE_ERROR_INPUT) that shows the place. */
MigrationScript *migration_script_new(Source *source, MigrationMappedText *text, GError **error);

/* A part of a text, in bytes. */
typedef struct {
	gsize start;
	gsize end;
} MigrationCut;

/* The same for a tool that does not send statement by statement: `cuts` (of MigrationCut, in order, not overlapping)
 * are its messages; NULL: the whole text is one. Cuts with nothing but white space are left out. What the tool sends,
 * the server judges: a text that we cannot split is no error here. */
MigrationScript *migration_script_new_cut(Source *source, MigrationMappedText *text, const GArray *cuts);
void migration_script_free(MigrationScript *script); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationScript, migration_script_free)

/* Before the script is given away. */
void migration_script_set_mode(MigrationScript *script, MigrationMode mode);
/* For a script in mode T: see migration_script_records_apart. */
void migration_script_set_record_apart(MigrationScript *script);

/* The first statement with one of the flags, or NULL. */
const MigrationStatement *migration_script_find(const MigrationScript *script, guint flags);

/* Where a byte offset of statement->data is in the source. */
gsize migration_script_data_offset(const MigrationScript *script, const MigrationStatement *statement, gsize offset);

/* A migration with nothing set but its kind and name. */
Migration *migration_new(MigrationKind kind, const char *name);
void migration_free(Migration *migration); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Migration, migration_free)

/* Adds a warning to the set. */
void migration_set_warn(MigrationSet *set, const char *format, ...) G_GNUC_PRINTF(2, 3);

void migration_passed_over_free(gpointer passed_over);

/* Notes a file that looks like a migration, and that the tool passes over without a word. The reason goes on from the
 * file's name: "is not run: ...". */
void migration_set_pass_over(MigrationSet *set, const char *file, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Sets *error to "path:line:column: MESSAGE", the source line with a caret, and the hint. Gives false. */
bool migration_error_at(GError **error, const Source *source, gsize offset, const char *hint, const char *format, ...)
    G_GNUC_PRINTF(5, 6);

#endif
