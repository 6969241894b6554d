/*
 * Requirements of a suite on a server: extensions, stand-ins, roles.
 */
#ifndef RUN_JOB_SERVER_H
#define RUN_JOB_SERVER_H

#include "migration/runner/runner.h"
#include "scratch/server.h"
#include "suite/suite.h"

/* Makes sure that the server fulfils the suite's requirements: the version, the extensions (or stand-ins for them),
 * and the roles, which are created. False with *error (BASE_ERROR_ENVIRONMENT), which names the missing parts and
 * the packages to install. */
bool run_server_prepare(ScratchServer *server, const Suite *suite, GError **error);

/* The stand-ins that are needed on this server: those whose extension it lacks. The caller unrefs ->sources. */
bool run_server_stand_ins(ScratchServer *server, const Suite *suite, MigrationStandIns *ret_stand_ins, GError **error);

#endif
