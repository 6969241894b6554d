/*
 * What the tool of migrations that are code goes by beside their files: a base made by it can be kept as long as that
 * stays.
 */
#ifndef COMMAND_CHECK_PROJECT_H
#define COMMAND_CHECK_PROJECT_H

#include "migration/runner/commands.h"

/* The commit of its files, and the packages of its environment of Python with their versions; NULL: there is no such
 * environment, and nobody knows what the tool goes by. The caller frees it. */
char *command_check_project(const char *commit, const MigrationCommands *commands);

#endif
