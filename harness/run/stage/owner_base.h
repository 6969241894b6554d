/*
 * What the stage "owner" finds on the server: roles, and the objects of the base.
 */
#ifndef RUN_STAGE_OWNER_BASE_H
#define RUN_STAGE_OWNER_BASE_H

#include "run/stage/stage.h"

/* Those of the roles (NULL-terminated) that the server has and that are no superusers, as a list for SQL; "": none. The
 * caller frees it. */
char *run_owner_find_roles(DbSession *session, const char *const *roles, GError **error);

/* Gives what the base has made to the role (quoted for SQL), in the workspace's session, which is of a superuser.
 * Nothing where the stage has no base. */
bool run_owner_take_base(const RunStage *stage, const char *role, GError **error);

#endif
