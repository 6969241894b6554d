/*
 * A script: one direction of a migration as SQL, with the position of each byte in its file. The first part is for code
 * that runs scripts, the second one for code that makes them.
 */
#ifndef MIGRATION_TEXT_SCRIPT_H
#define MIGRATION_TEXT_SCRIPT_H

#include "base/source.h"
#include "migration/text/mapped_text.h"

/* The transaction around the messages of a script; the letters are those of docs/formats.md. */
typedef enum {
	MIGRATION_SCOPE_TRANSACTION, /* T: BEGIN, message by message, history row, COMMIT; X: the same with one message;
	                              * the row may also come after COMMIT, see migration_script_records_after_commit */
	MIGRATION_SCOPE_AUTOCOMMIT,  /* A: message by message, no BEGIN; S: the same with one message */
	MIGRATION_SCOPE_PIPELINE,    /* P: all messages and the history row by the extended protocol, and one Sync */
	MIGRATION_SCOPE_EXTERNAL,    /* Q: another program runs it, see MigrationFormat.execute */
	/* How a script may be run instead of in its own scope; no script has one of these. */
	MIGRATION_SCOPE_OPEN,         /* in the transaction that is open */
	MIGRATION_SCOPE_OPEN_CHECKED, /* the same, and then the deferred constraints are checked */
} MigrationScope;

/* One statement of a script. */
typedef struct {
	char *sql;        /* the text to send, without the final semicolon; never empty */
	gsize offset;     /* where it starts in `source`, in bytes */
	const char *data; /* COPY ... FROM STDIN: the lines that follow it; else NULL */
	gsize data_length;
	guint flags;     /* of MigrationStatementFlags */
	char *extension; /* CREATE EXTENSION: the extension's name, else NULL; see stand_in.h */
} MigrationStatement;

typedef enum {
	/* The server refuses it inside a transaction block: CREATE INDEX CONCURRENTLY, VACUUM, ... */
	MIGRATION_STATEMENT_NO_TRANSACTION = 1 << 0,
	/* BEGIN, COMMIT, ROLLBACK, PREPARE TRANSACTION, ... : it begins or ends one itself */
	MIGRATION_STATEMENT_TRANSACTION_CONTROL = 1 << 1,
	MIGRATION_STATEMENT_COPY_IN = 1 << 2,
	MIGRATION_STATEMENT_CREATE_EXTENSION = 1 << 3,
} MigrationStatementFlags;

/* A message of the tool to the server. The server parses a message as a whole before it runs its first statement.
 * Without a transaction around it, a message of several statements is a transaction of its own. */
typedef struct {
	const MigrationStatement *text; /* as it is sent; its flags are those of all of its statements */
	const GPtrArray *statements;    /* of MigrationStatement *: its statements; only `text` itself if it is a
	                                 * single one */
} MigrationMessage;

/* One direction of a migration: SQL with the places it came from. Immutable once loaded. */
typedef struct MigrationScript MigrationScript;

/* The file it stands in. */
Source *migration_script_source(const MigrationScript *script);
/* Where its text begins. */
SourcePosition migration_script_position(const MigrationScript *script);
MigrationScope migration_script_scope(const MigrationScript *script);
/* True when the tool writes the history row after the COMMIT of scope T, in a transaction of its own. */
bool migration_script_records_after_commit(const MigrationScript *script);
/* Its statements, of MigrationStatement *, in order; may be empty. */
const GPtrArray *migration_script_statements(const MigrationScript *script);
/* The same as the tool sends them, of MigrationMessage *. */
const GPtrArray *migration_script_messages(const MigrationScript *script);
/* True when it can run inside a transaction of the caller: it is one transaction by itself (scope T, P, or A with
 * one message) and has no statement with NO_TRANSACTION or TRANSACTION_CONTROL. */
bool migration_script_fits_transaction(const MigrationScript *script);
/* The transaction of the script itself, sent statement by statement: BEGIN first, without modes, COMMIT or ROLLBACK
 * last, and no statement between them that begins, ends or refuses a transaction. Without the first and the last
 * statement it can run inside a transaction of the caller. */
typedef enum {
	MIGRATION_OWN_TRANSACTION_NONE,
	MIGRATION_OWN_TRANSACTION_COMMITS,
	MIGRATION_OWN_TRANSACTION_ROLLS_BACK,
} MigrationOwnTransaction;
MigrationOwnTransaction migration_script_own_transaction(const MigrationScript *script);
/* Maps a byte offset of statement->sql to the byte offset in the source file. */
gsize migration_script_source_offset(const MigrationScript *script, const MigrationStatement *statement, gsize offset);

/* --- Making them ---------------------------------------------------------- */

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

/* Checks a loaded text: UTF-8, no NUL. */
bool migration_source_check(const Source *source, GError **error);

/* The text of the source without its byte order mark, where it still has one. */
MigrationMappedText *migration_source_text(const Source *source);

/* Cuts the text, which comes from the source, into statements and takes it over (also on failure). The script is in
 * scope T. NULL with *error (BASE_ERROR_INPUT) that shows the place. */
MigrationScript *migration_script_new(Source *source, MigrationMappedText *text, GError **error);

/* A part of a text, in bytes. */
typedef struct {
	gsize start;
	gsize end;
} MigrationCut;

/* The same for a tool that does not send statement by statement: `cuts` (of MigrationCut, in order, not overlapping)
 * are its messages; NULL: the whole text is one. Cuts of only white space are left out. A text that we cannot split
 * is not an error here, because the server will judge it. */
MigrationScript *migration_script_new_cut(Source *source, MigrationMappedText *text, const GArray *cuts);
void migration_script_free(MigrationScript *script); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationScript, migration_script_free)

/* Before the script is given away. */
void migration_script_set_scope(MigrationScript *script, MigrationScope scope);
/* For a script in scope T: see migration_script_records_after_commit. */
void migration_script_set_records_after_commit(MigrationScript *script);

/* The first statement with one of the flags, or NULL. */
const MigrationStatement *migration_script_find(const MigrationScript *script, guint flags);

/* Where a byte offset of statement->data is in the source. */
gsize migration_script_data_offset(const MigrationScript *script, const MigrationStatement *statement, gsize offset);

/* Sets *error to "path:line:column: MESSAGE", the source line with a caret, and the hint. Gives false. */
bool migration_error_at(GError **error, const Source *source, gsize offset, const char *hint, const char *format, ...)
    G_GNUC_PRINTF(5, 6);

#endif
