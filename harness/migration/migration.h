/*
 * The list of migrations of a directory, as the team's own tool would read it.
 */
#ifndef MIGRATION_MIGRATION_H
#define MIGRATION_MIGRATION_H

#include "base/source.h"
#include "db/session.h"
#include "migration/commands.h"

/* What is around the messages of a script; the letters are those of docs/formats.md. */
typedef enum {
	MIGRATION_MODE_TRANSACTION, /* T: BEGIN, message by message, history row, COMMIT; X: the same with one message;
	                             * the row may also come after COMMIT, see migration_script_records_apart */
	MIGRATION_MODE_AUTOCOMMIT,  /* A: message by message, no BEGIN; S: the same with one message */
	MIGRATION_MODE_PIPELINE,    /* P: all messages and the history row by the extended protocol, and one Sync */
	MIGRATION_MODE_EXTERNAL,    /* Q: another program runs it, see MigrationFormat.execute */
} MigrationMode;

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

/* What the tool sends at once. The server reads a message as a whole before it runs the first statement of it, and
 * without a transaction around it, a message of several statements is one of its own. */
typedef struct {
	const MigrationStatement *text; /* as it is sent; its flags are those of all of its statements */
	const GPtrArray *statements;    /* of MigrationStatement *: what is in it; only `text` itself where it is one */
} MigrationMessage;

/* One direction of a migration: SQL with the places it came from. Immutable once loaded. */
typedef struct MigrationScript MigrationScript;

/* The file it stands in. */
Source *migration_script_source(const MigrationScript *script);
/* Where its text begins. */
SourcePosition migration_script_position(const MigrationScript *script);
MigrationMode migration_script_mode(const MigrationScript *script);
/* True when the tool writes the history row after the COMMIT of mode T, in a transaction of its own. */
bool migration_script_records_apart(const MigrationScript *script);
/* Its statements, of MigrationStatement *, in order; may be empty. */
const GPtrArray *migration_script_statements(const MigrationScript *script);
/* The same as the tool sends them, of MigrationMessage *. */
const GPtrArray *migration_script_messages(const MigrationScript *script);
/* True when it can run inside a transaction that somebody else opened: it is one transaction by itself (mode T, P, or A
 * with one message) and has no statement with NO_TRANSACTION or TRANSACTION_CONTROL. */
bool migration_script_fits_transaction(const MigrationScript *script);
/* Maps a byte offset of statement->sql to the byte offset in the source file. */
gsize migration_script_source_offset(const MigrationScript *script, const MigrationStatement *statement, gsize offset);

typedef enum {
	MIGRATION_VERSIONED,
	MIGRATION_REPEATABLE, /* Flyway R__: runs again when its checksum changes; has no version */
	MIGRATION_BASELINE,   /* Flyway B: stands for all versions up to its own */
} MigrationKind;

typedef struct {
	MigrationKind kind;
	char *version;           /* as the tool records it; for a repeatable one NULL */
	char *description;       /* as the tool records it */
	char *name;              /* what people call it: the file name, unique in the list */
	char *checksum;          /* as the tool records it, or NULL */
	MigrationScript *up;     /* never NULL */
	MigrationScript *down;   /* NULL: it has none */
	MigrationScript *verify; /* runs after the up, and fails where the up has not done what it should; NULL: none */
	bool runs_nothing;       /* its author says that there is nothing to run (a tag) */
	char *irreversible;      /* why it has none, when its author says so ("-- Rollback: none, REASON"); or NULL */
} Migration;

typedef struct MigrationFormat MigrationFormat;

/* What a suite says about a directory of migrations. */
typedef struct {
	const char *directory;             /* where the files are */
	const char *format;                /* a format's name; NULL: detected */
	const char *config;                /* the tool's own configuration file; NULL: the tool's default places */
	const char *history_table;         /* "schema.table" or "table"; NULL: the format's default */
	GHashTable *placeholders;          /* char * -> char *, or NULL */
	GHashTable *settings;              /* of the format (MigrationFormat.settings), char * -> char *, or NULL */
	const MigrationCommands *commands; /* of the format "command"; has to live as long as the set; or NULL */
	bool suggest;                      /* nobody has described the directory yet: see MigrationSet.suggested */
} MigrationOptions;

/* A file that looks like a migration, and that the tool passes over without a word. */
typedef struct {
	char *name;
	char *reason; /* "is not run: ..." */
} MigrationPassedOver;

/* A loaded directory. Immutable; owns everything it gives out. */
typedef struct {
	const MigrationFormat *format;
	char *detected; /* why this format was taken, for people; NULL when the suite names it */
	char *directory;
	GPtrArray *migrations;  /* of Migration *, in the order in which the tool applies them */
	GPtrArray *warnings;    /* of char *: files that the tool ignores silently, orders that differ, ... */
	GPtrArray *passed_over; /* of MigrationPassedOver * */
	char *history_schema;   /* of the history table; NULL: the connection's current schema */
	char *history_table;
	GHashTable *settings;  /* the tool's own settings that its format's code looks at (char * -> char *) */
	GHashTable *suggested; /* settings that were taken because they fit the files (char * -> char *); or NULL */
	char *suggestion;      /* why, for people; or NULL */
	const MigrationCommands *commands; /* of the options; or NULL */
	bool history_is_schema;            /* all of the history table's schema is the tool's own */
	bool without_history;              /* the tool has none: the table is pgassay's own */
	const char *const *companions;     /* more tables of the tool, in the same schema, NULL-terminated; or NULL */
	gpointer data;                     /* the format's own */
	GDestroyNotify free_data;
} MigrationSet;

/* Reads the directory. NULL with *error (BASE_ERROR_INPUT): no such directory, no migrations in it,
 * two with one version, an unknown format, a file that cannot be split: with file, line, column. */
MigrationSet *migration_set_load(const MigrationOptions *options, GError **error);
void migration_set_free(MigrationSet *set); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationSet, migration_set_free)

/* The warnings for people, of char *: what is said of several files is one line, with the first of their names. The
 * caller unrefs it. */
GPtrArray *migration_set_describe_warnings(const MigrationSet *set);

/* The migration that people mean: its version ("2"), its name with or without ".sql", or the part of the name before
 * "__"
 * ("V002"). NULL when there is none. */
const Migration *migration_set_find(const MigrationSet *set, const char *text);

/* How many migrations at the beginning of the list a database has that stands at the version, which is meant as in
 * migration_set_find. 0 when there are no files of that time any more: the version comes before the first one, by the
 * numbers in it ("V3" before "V4__x.sql"). False when the version is not known. */
bool migration_set_count_up_to(const MigrationSet *set, const char *version, guint *ret_n);

/* True when the tool itself runs the migrations: their SQL is not known. */
bool migration_set_is_external(const MigrationSet *set);

/* False when the tool is known to take no lock: two runs of it that start together may well disturb each other. */
bool migration_set_locks(const MigrationSet *set);

/* The title of the set's format: "Flyway". */
const char *migration_set_format_title(const MigrationSet *set);

/* The name of the set's format: "flyway". */
const char *migration_set_format_name(const MigrationSet *set);

/* The names of all formats, NULL-terminated, for "did you mean". */
const char *const *migration_format_names(void);

#endif
