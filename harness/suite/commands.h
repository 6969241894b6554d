/*
 * `commands:` of a database: how a tool whose migrations are code is run.
 */
#ifndef SUITE_COMMANDS_H
#define SUITE_COMMANDS_H

#include "migration/runner/commands.h"
#include "suite/loading.h"

extern const SuiteShape suite_commands_shape;

/* Reads the mapping; relative directories are taken from the suite's. NULL with *error that points at the suite's line.
 */
MigrationCommands *suite_commands_new(const Suite *suite, const SuiteNode *node, GError **error);

/* Also used for `programs:`. Loads a vector of arguments; NULL if the key is missing. */
bool suite_load_vector(const SuiteNode *commands, const char *key, char ***ret_vector, GError **error);
/* The absolute path that `directory` says, or the suite's own. */
bool suite_load_directory(const Suite *suite, const SuiteNode *commands, char **ret_directory, GError **error);

#endif
