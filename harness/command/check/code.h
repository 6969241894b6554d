/*
 * Migrations that are code: the commands of their tool, filled in where it can be seen that they reach the scratch
 * database.
 */
#ifndef COMMAND_CHECK_CODE_H
#define COMMAND_CHECK_CODE_H

#include "migration/detect/code.h"
#include "run/run.h"

/* A suite goes to other machines: from now on, its commands name the program as the project or the PATH has it. */
void command_code_name_program(MigrationCode *code);

/* The suite's keys for a database of this project, apart from the folder, as lines of YAML under "databases: NAME:";
 * `environment` are lines under "commands: environment:", or NULL. The caller frees it. */
char *command_code_lines(const MigrationCode *code, const char *environment);

/* Such lines for a suite that is one folder below. The caller frees it. */
char *command_code_lines_below(const char *lines);

/* The same for a suite that can be run: the program was found, lists its migrations, and was seen to reach a scratch
 * database. NULL without *error: it was not, and *ret_reason (owned) says why. */
char *command_code_try(const MigrationCode *code, const RunOptions *options, char **ret_reason, GError **error);

#endif
