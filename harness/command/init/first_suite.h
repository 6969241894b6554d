/*
 * Generates a suite for a directory without one: "pgassay init" writes it, and "pgassay check" uses it internally.
 */
#ifndef COMMAND_INIT_FIRST_SUITE_H
#define COMMAND_INIT_FIRST_SUITE_H

#include "migration/migration.h"

typedef struct {
	const char *name;         /* of the suite, and of its database */
	const char *migrations;   /* the directory, as the suite names it */
	const MigrationSet *set;  /* the loaded migrations; NULL: the tool runs them itself */
	const char *config;       /* the tool's configuration, as the suite names it; or NULL */
	const char *commands;     /* lines about that tool, under the database; or NULL */
	GHashTable *placeholders; /* char * -> char *; or NULL */
	const GPtrArray *roles;   /* of char *: they are made before the migrations; or NULL */
	const char *expect;       /* a fixture, as the suite names it; or NULL */
	const char *checks;       /* lines: the key "checks"; or NULL */
	bool impact;              /* what migrations do to tables in use is reported */
} CommandFirstSuite;

/* The lines of the check "security" alone. */
#define COMMAND_FIRST_SUITE_SECURITY "checks:\n  - security: {}\n"

/* The suite as YAML, the database at its end: who adds a key to it by hand writes below the last line. The caller frees
 * it. */
char *command_first_suite(const CommandFirstSuite *suite);

/* The names of the settings that were found to fit the files, sorted; the caller unrefs it. */
GPtrArray *command_first_suite_settings(const MigrationSet *set);

/* Takes a role that the migrations need from the server's complaint, adds it to the roles, and gives it; NULL when it
 * complains of something else. */
const char *command_first_suite_learn_role(GPtrArray *roles, const GError *cause);

#endif
