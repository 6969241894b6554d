/*
 * A schema that a command is given by a word: a suite, a database, a snapshot, an SQL file.
 */
#ifndef COMMAND_SIDE_SIDE_H
#define COMMAND_SIDE_SIDE_H

#include "run/run.h"
#include "target/reading.h"

typedef enum {
	COMMAND_SIDE_SUITE,    /* the end of a database's migrations, or a version of them */
	COMMAND_SIDE_DATABASE, /* a running one, by its connection string */
	COMMAND_SIDE_SNAPSHOT, /* what "pgassay snapshot" has written */
	COMMAND_SIDE_SQL,      /* a schema file */
} CommandSideKind;

typedef struct {
	CommandSideKind kind;
	char *label; /* for people; without a password */
	RunPlan *plan;
	const RunJob *job;         /* of a suite */
	const Migration *last;     /* of a suite: up to this one; NULL: all */
	DbEndpoint *endpoint;      /* of a database */
	GPtrArray *paths;          /* of a snapshot: its files, and NULL */
	MigrationSchemaFile *file; /* of an SQL file */
} CommandSide;

/* Classifies the text, and loads as much as possible without a server: `suite.yaml`, `suite.yaml:database`,
 * `suite.yaml@version`, `suite.yaml:database@version`, a connection string, a snapshot's file or folder, `x.sql`. */
bool command_side_load(const char *text, CommandSide *ret_side, GError **error);
/* Takes `suite.yaml:database@version` apart; the parts are the caller's, and NULL where they are not written. *ret_path
 * names a file that may be there or not. */
void command_side_split(const char *text, char **ret_path, char **ret_database, char **ret_version);
void command_side_clear(CommandSide *side);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CommandSide, command_side_clear)

/* Reads both schemas at the same time, where both need a database; the history tables of suites are left out on both
 * sides. Starts servers where they are needed; the limits are those of databases. Both snapshots are the caller's. */
bool command_sides_read(const CommandSide sides[2], const RunOptions *options, const TargetReadingOptions *limits,
                        CatalogSnapshot *ret_snapshots[2], GError **error);

#endif
