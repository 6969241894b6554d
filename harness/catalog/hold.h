/*
 * Makes statements with CONCURRENTLY wait, so that they can be observed in the middle.
 */
#ifndef CATALOG_HOLD_H
#define CATALOG_HOLD_H

#include "db/session.h"

/* Begins a transaction with an old snapshot and ACCESS SHARE on every user table. CREATE INDEX and REINDEX
 * CONCURRENTLY wait for older snapshots, DROP INDEX CONCURRENTLY and DETACH PARTITION CONCURRENTLY for any lock on
 * the table; all of them wait after they have committed their first step. The end of the transaction lets them go
 * on. False with *error. */
bool catalog_hold(DbSession *session, GError **error);

#endif
