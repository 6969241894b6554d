/*
 * Objects of migrations that belong to the whole server, and so to all of its databases: roles, with their settings and
 * memberships, and tablespaces. A migration that creates one works on the first database, and on no other one after it.
 */
#ifndef CHECK_PROOF_SHARED_OBJECTS_H
#define CHECK_PROOF_SHARED_OBJECTS_H

#include "migration/migration.h"
#include "scratch/server.h"

/* Which there are. */
typedef struct CheckSharedObjects CheckSharedObjects;

/* True when the script says CREATE or DROP of such a thing, also in the text of a function or a DO. */
bool check_shared_objects_in_script(const MigrationScript *script);
/* True when a script of the set does, or says ALTER of one, or makes a role a member of another one. */
bool check_shared_objects_in_set(const MigrationSet *set);
/* True when a statement of the set matches the regular expression, in capitals or not. */
bool check_shared_objects_set_says(const MigrationSet *set, const char *expression);

/* NULL with *error. The caller frees it. */
CheckSharedObjects *check_shared_objects_read(const ScratchServer *server, GError **error);
/* True when both have the same of them. */
bool check_shared_objects_equal(const CheckSharedObjects *a, const CheckSharedObjects *b);
void check_shared_objects_free(CheckSharedObjects *objects); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckSharedObjects, check_shared_objects_free)

/* Drops new objects, creates dropped roles again, and restores the settings and memberships of all roles. Databases
 * that contain objects of such a role must be gone, else the role stays. On a server that is not ours, only objects
 * that a script of the set names are dropped, because other users work there, too. */
/* bonds_stay: settings and memberships are left as they are, for a later check. */
void check_shared_objects_restore(const ScratchServer *server, const MigrationSet *set,
                                  const CheckSharedObjects *before, bool bonds_stay);

#endif
