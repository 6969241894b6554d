/*
 * Reading the catalog repeatedly: a reading is a snapshot with the data that the next reading needs to read only
 * possible changes.
 */
#ifndef CATALOG_READING_H
#define CATALOG_READING_H

#include "catalog/snapshot.h"

/* Immutable; reference counted. */
typedef struct CatalogReading CatalogReading;

/* Reads everything. The session and its transaction are left as catalog_snapshot_read() leaves them. */
CatalogReading *catalog_read(DbSession *session, const CatalogExclusions *exclusions, GError **error);

/* The caller's knowledge of the time since the last reading. */
typedef struct {
	/* Nothing was lost by a rollback: the transaction in which the reading was made (if there was one) is still
	 * open or was committed, and did not go back to an earlier savepoint. This saves queries. */
	bool nothing_rolled_back;
	/* A reading of the same database that is probably similar to this one, or NULL. If something was deleted,
	 * the objects that it lacks are tried first, which can save reading a full list. Counts with
	 * nothing_rolled_back only; borrowed. */
	const CatalogReading *expected;
} CatalogReadHints;

/* Reads the catalog again: the snapshot is the one that catalog_read() with the exclusions of `previous` would
 * return. `previous` is of the same database, made on any session, inside or outside of a transaction, even one that
 * has been rolled back since. hints may be NULL; wrong ones give wrong snapshots. If it cannot be sure, or if most
 * objects would be read again, it reads everything. Leaves settings and transaction unchanged, but the session has
 * prepared statements called pgassay_* afterwards. docs/catalog.md describes its method and its limits. */
CatalogReading *catalog_read_again(DbSession *session, const CatalogReading *previous, const CatalogReadHints *hints,
                                   GError **error);

/* The reading for a copy of its database (CREATE DATABASE ... TEMPLATE) that was made after it, for
 * catalog_read_again() there. */
CatalogReading *catalog_reading_of_copy(const CatalogReading *reading);

/* Borrowed. */
CatalogSnapshot *catalog_reading_snapshot(const CatalogReading *reading);

/* How many objects it got from the server. */
guint catalog_reading_objects_read(const CatalogReading *reading);

CatalogReading *catalog_reading_ref(CatalogReading *reading);
void catalog_reading_unref(CatalogReading *reading); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CatalogReading, catalog_reading_unref)

#endif
