/*
 * The commands of a tool whose migrations are code, and which pgassay therefore has run by the tool itself.
 */
#ifndef MIGRATION_RUNNER_COMMANDS_H
#define MIGRATION_RUNNER_COMMANDS_H

#include "base/process.h"
#include "migration/migration.h"

/* Each command is a vector of arguments, NULL-terminated, or NULL: there is none. */
struct MigrationCommands {
	char **list;             /* prints the migrations in their order, one a line: version, then perhaps a name */
	char **up;               /* applies everything that is pending */
	char **up_to;            /* applies up to and with {version} */
	char **down_to;          /* reverts {version}, and the migrations applied after it */
	char *directory;         /* where they run */
	guint timeout;           /* seconds */
	GHashTable *environment; /* char * -> char *, more variables; placeholders work in them, too. Or NULL */
};

void migration_commands_free(MigrationCommands *commands); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationCommands, migration_commands_free)

/* The values of placeholders: char * -> char *. Those of the connection are url, host, host_in_url (with
 * %2F for its slashes), port, user and database; `session` NULL gives none. The caller unrefs it. */
GHashTable *migration_commands_values(const DbSession *session);

/* The text with {name} replaced where there is such a value; the caller frees it. */
char *migration_commands_replace(const char *text, GHashTable *values);

/* Runs the command to its end. With a session, the command gets DATABASE_URL and the PG* variables of its connection;
 * without one it gets none. False with *error (BASE_ERROR_ENVIRONMENT) when there is no such program, or it was
 * interrupted. */
bool migration_commands_run(const MigrationCommands *commands, char **command, const DbSession *session,
                            GHashTable *values, BaseProcessEnd *ret_end, GError **error);

#endif
