/*
 * Reading the catalog again and again: a reading is a snapshot, and beside it what the next reading goes by, so that
 * only what may have changed since is read.
 */
#ifndef CATALOG_READING_H
#define CATALOG_READING_H

#include "catalog/snapshot.h"

/* Immutable; reference counted. */
typedef struct CatalogReading CatalogReading;

/* Reads everything. The session and its transaction are left as catalog_snapshot_read() leaves them. */
CatalogReading *catalog_read(DbSession *session, const CatalogExclusions *exclusions, GError **error);

/* What the caller knows of the time since the reading before. */
typedef struct {
	/* Nothing is gone by a rollback: the transaction that it was made in (if there was one) is still open or was
	 * committed, and went back to no savepoint that was set before. Spares what is asked to find out. */
	bool nothing_rolled_back;
	/* A reading of the same database that this one may be like, or NULL: what it lacks is tried first where
	 * something is gone, which spares a list of everything. Counts with nothing_rolled_back only; borrowed. */
	const CatalogReading *expected;
} CatalogReadHints;

/* The catalog as it is now: the snapshot that catalog_read() with the exclusions of `previous` would give. `previous`
 * is of the same database, made on any session, inside or outside of a transaction, also one that has been rolled back
 * since. hints may be NULL; wrong ones give wrong snapshots. Where it cannot be sure, and where most would be read
 * again, it reads everything. Leaves settings and transaction as they were, but the session has prepared statements
 * called pgassay_* afterwards. docs/catalog.md says what it goes by, and what it cannot see. */
CatalogReading *catalog_read_again(DbSession *session, const CatalogReading *previous, const CatalogReadHints *hints,
                                   GError **error);

/* The reading for a copy of its database (CREATE DATABASE ... TEMPLATE), made behind it, for catalog_read_again()
 * there. */
CatalogReading *catalog_reading_of_copy(const CatalogReading *reading);

/* Borrowed. */
CatalogSnapshot *catalog_reading_snapshot(const CatalogReading *reading);

/* How many objects it got from the server. */
guint catalog_reading_objects_read(const CatalogReading *reading);

CatalogReading *catalog_reading_ref(CatalogReading *reading);
void catalog_reading_unref(CatalogReading *reading); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CatalogReading, catalog_reading_unref)

#endif
