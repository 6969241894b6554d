/*
 * What a suite needs of a server: extensions, stand-ins, roles.
 */
#ifndef RUN_JOB_SERVER_H
#define RUN_JOB_SERVER_H

#include "migration/runner/runner.h"
#include "scratch/server.h"
#include "suite/suite.h"

/* Makes sure that the server has what the suite asks for: a fitting version, the extensions (or stand-ins for them),
 * the roles, which are created. False with *error (BASE_ERROR_ENVIRONMENT) that says what is missing and what to
 * install. */
bool run_server_prepare(ScratchServer *server, const Suite *suite, GError **error);

/* The stand-ins that are needed on this server: those whose extension it lacks. The caller unrefs ->sources. */
bool run_server_stand_ins(ScratchServer *server, const Suite *suite, MigrationStandIns *ret_stand_ins, GError **error);

#endif
