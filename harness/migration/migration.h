/*
 * The list of migrations of a directory, as the team's own tool would read it.
 */
#ifndef MIGRATION_MIGRATION_H
#define MIGRATION_MIGRATION_H

#include "base/source.h"
#include "db/session.h"
#include "migration/text/script.h"

typedef enum {
	MIGRATION_VERSIONED,
	MIGRATION_REPEATABLE, /* Flyway R__: runs again when its checksum changes; has no version */
	MIGRATION_BASELINE,   /* Flyway B: stands for all versions up to its own */
} MigrationKind;

typedef struct {
	MigrationKind kind;
	char *version;           /* as the tool records it; for a repeatable one NULL */
	char *description;       /* as the tool records it */
	char *name;              /* for people: the file name, unique in the list */
	char *checksum;          /* as the tool records it, or NULL */
	MigrationScript *up;     /* never NULL */
	MigrationScript *down;   /* NULL: it has none */
	MigrationScript *verify; /* runs after the up, and fails if the up has not had its effect; NULL: none */
	bool runs_nothing;       /* its author declares that there is nothing to run (a tag) */
	bool down_unwritten;     /* it has none because its file lacks the part for it, and the tool takes it back by
	                          * running     nothing */
	char *irreversible;      /* the author's reason why it has none ("-- Rollback: none, REASON"); or NULL */
	bool lost_down;          /* its down had no statement, and counts as none */
} Migration;

typedef enum {
	MIGRATION_UP,
	MIGRATION_DOWN,
} MigrationDirection;

typedef struct MigrationFormat MigrationFormat;
typedef struct MigrationRunner MigrationRunner;     /* runner/runner.h */
typedef struct MigrationOutcome MigrationOutcome;   /* runner/runner.h */
typedef struct MigrationCommands MigrationCommands; /* runner/commands.h */

/* The settings of a suite for a directory of migrations. */
typedef struct {
	const char *directory;             /* where the files are */
	const char *format;                /* a format's name; NULL: detected */
	const char *config;                /* the tool's own configuration file; NULL: the tool's default places */
	const char *history_table;         /* "schema.table" or "table"; NULL: the format's default */
	GHashTable *placeholders;          /* char * -> char *, or NULL */
	GHashTable *settings;              /* of the format (MigrationFormat.settings), char * -> char *, or NULL */
	const MigrationCommands *commands; /* of the format "command"; has to live as long as the set; or NULL */
	guint statement_timeout;           /* seconds that one message may take; 0: no limit */
	bool suggest;                      /* no suite describes the directory yet: see MigrationSet.suggested */
} MigrationOptions;

/* A file that looks like a migration, and that the tool silently ignores. */
typedef struct {
	char *name;
	char *reason;          /* "is not run: ..." */
	Migration *empty_down; /* the migration whose way down it is: it has no statement, and the tool fails on it */
} MigrationIgnoredFile;

/* A loaded directory. Immutable; owns everything it gives out. */
typedef struct {
	const MigrationFormat *format;
	const char *tool; /* the title of the tool that runs the migrations itself, where it is known; else NULL */
	char *detected;   /* why this format was taken, for people; NULL when the suite names it */
	bool guessed;     /* ... and nothing in the project names the tool: it may be another one */
	char *directory;
	GPtrArray *migrations; /* of Migration *, in the order in which the tool applies them */
	GPtrArray *warnings;   /* of char *: files that the tool ignores silently, orders that differ, ... */
	GPtrArray *ignored;    /* of MigrationIgnoredFile * */
	char *history_schema;  /* of the history table; NULL: the connection's current schema */
	char *history_table;
	GHashTable *settings;   /* the tool's own settings that its format's code looks at (char * -> char *) */
	GHashTable *suggested;  /* settings that were taken because they fit the files (char * -> char *); or NULL */
	char *suggestion;       /* why, for people; or NULL */
	char *suggested_config; /* the tool's configuration that was read, from the working directory; or NULL */
	const MigrationCommands *commands; /* of the options; or NULL */
	/* The effect of the tool's own lock on a CREATE INDEX CONCURRENTLY in a file of its own, as the end of a
	 * sentence "builds an index CONCURRENTLY ...", and the way out; NULL: none. */
	const char *concurrently;
	const char *concurrently_hint;
	guint statement_timeout;       /* of the options */
	bool history_is_schema;        /* all of the history table's schema is the tool's own */
	bool checksum_is_id;           /* the tool knows a migration by its checksum, whatever its name becomes */
	bool without_history;          /* the tool has none: the table is pgassay's own */
	const char *const *companions; /* more tables of the tool, in the same schema, NULL-terminated; or NULL */
	gpointer data;                 /* the format's own */
	GDestroyNotify free_data;
} MigrationSet;

void migration_set_free(MigrationSet *set); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationSet, migration_set_free)

/* The warnings for people, of char *: a warning about several files is one line, with the first of their names. The
 * caller unrefs it. */
GPtrArray *migration_set_describe_warnings(const MigrationSet *set);

/* The migration that people mean: its version ("2", and also "002" where no version is written like that), its name
 * with or without ".sql" or ".up.sql", or the part of the name before "__" ("V002"). NULL when there is none. */
const Migration *migration_set_find(const MigrationSet *set, const char *text);
/* "did you mean ...?" for a text by which there is no migration: the nearest name, with or without the end of its
 * file's, or version; else how to write one. The caller frees it. */
char *migration_set_hint(const MigrationSet *set, const char *text);

/* The number of migrations at the beginning of the list that a database at the version has; the version is written
 * as for migration_set_find. 0 if files of that version no longer exist: it is lower than the first one, by the
 * numbers in it ("V3" before "V4__x.sql"). False when the version is not known. */
bool migration_set_count_up_to(const MigrationSet *set, const char *version, guint *ret_n);

/* True when the tool itself runs the migrations: their SQL is not known. */
bool migration_set_is_external(const MigrationSet *set);

/* False when the tool is known to take no lock: two runs of it that start together may well disturb each other. */
bool migration_set_locks(const MigrationSet *set);

/* The title of the set's tool: "Flyway". */
const char *migration_set_format_title(const MigrationSet *set);

/* The name of the set's format: "flyway". */
const char *migration_set_format_name(const MigrationSet *set);

/* Where the way down of a migration stands, with the tool's name: "dbmate: \"-- migrate:down\" in the same file"; NULL:
 * the tool has no downs. The caller frees it. */
char *migration_set_describe_down(const MigrationSet *set);

/* True when it has a down without a statement, which the tool takes for a way back. */
bool migration_has_empty_down(const Migration *migration);
/* Takes such a down away, so that it has none. */
void migration_lose_down(Migration *migration);
/* The same of the file of an empty down on which the tool fails, an element of `ignored`: it is no longer there. */
void migration_set_lose_empty_down(MigrationSet *set, guint index);

/* Schemas that the tool's platform brings, and the team does not make; NULL-terminated, or NULL. */
const char *const *migration_set_platform_schemas(const MigrationSet *set);

/* The search_path that the platform gives an application's sessions, as SET wants it; NULL: the server's own. */
const char *migration_set_search_path(const MigrationSet *set);

/* --- Making them; for the formats ------------------------------------------- */

/* A migration with nothing set but its kind and name. */
Migration *migration_new(MigrationKind kind, const char *name);
void migration_free(Migration *migration); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Migration, migration_free)

/* Adds a warning to the set. */
void migration_set_warn(MigrationSet *set, const char *format, ...) G_GNUC_PRINTF(2, 3);

void migration_ignored_file_free(gpointer ignored);

/* Notes a file that looks like a migration, and that the tool silently ignores. The reason continues the file's
 * name: "is not run: ...". */
void migration_set_ignore(MigrationSet *set, const char *file, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* The same of the way down of that migration, which has no statement, and on which the tool fails for that reason. */
void migration_set_ignore_empty_down(MigrationSet *set, Migration *migration, const char *file, const char *reason);

#endif
