/*
 * What migrations make that belongs to the whole server, and is there for all of its databases: roles, with their
 * settings and memberships, and tablespaces. A migration that makes one works on the first database, and on no other
 * one after it.
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
void check_shared_objects_free(CheckSharedObjects *objects); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckSharedObjects, check_shared_objects_free)

/* Drops what was not there before, makes the roles again that were, and gives all the settings and memberships that
 * they had; the databases that hold something of such a role must be gone: else it stays. On a server that is not ours
 * only what a script of the set names is dropped: others work there, too. */
/* bonds_stay: settings and memberships are left as they are, for whoever looks at them later. */
void check_shared_objects_restore(const ScratchServer *server, const MigrationSet *set,
                                  const CheckSharedObjects *before, bool bonds_stay);

#endif
