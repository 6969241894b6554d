/*
 * Projects that do not wait for their tool's lock.
 */
#ifndef MIGRATION_DETECT_OWN_LOCK_H
#define MIGRATION_DETECT_OWN_LOCK_H

#include "migration/migration.h"

/* Clears set->concurrently, with a warning that says why, where the project's Rust code turns sqlx's lock off, or runs
 * sqlx's migrations under a lock for which it tries and does not wait. Tests do not count, and neither does code that
 * waits for a lock itself. Code is read only where a migration of the set builds an index CONCURRENTLY, and at most
 * 5000 files of it. */
void migration_own_lock_look(MigrationSet *set);

#endif
