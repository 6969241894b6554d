/*
 * The installed packages that run migrations which are code: a base built by them can be kept while they stay the same.
 */
#ifndef COMMAND_CHECK_PROJECT_H
#define COMMAND_CHECK_PROJECT_H

#include "migration/runner/commands.h"

/* The commit of its files, and the packages of its environment of Python with their versions; NULL: there is no such
 * environment, and nobody knows what the tool goes by. The caller frees it. */
char *command_check_project(const char *commit, const MigrationCommands *commands);

#endif
