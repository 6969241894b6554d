/*
 * Roles that migrations need, and do not make.
 */
#ifndef COMMAND_CHECK_ROLES_H
#define COMMAND_CHECK_ROLES_H

#include "command/init/first_suite.h"
#include "run/run.h"

/* Tries the migrations of the suite, and adds each role that is missing to `roles` (of char *), which are those of the
 * suite; prints a line for each. False with *error: they could not be tried. */
bool command_check_roles_learn(const CommandFirstSuite *suite, const RunOptions *options, GPtrArray *roles,
                               GError **error);

#endif
