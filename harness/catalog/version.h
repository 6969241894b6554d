/*
 * Which version of the catalog a reading shows: the transactions that it has seen, the server's counts of changes, and
 * the rows of the system catalogs by key. The next reading goes by it; no other folder includes it.
 */
#ifndef CATALOG_VERSION_H
#define CATALOG_VERSION_H

#include "catalog/invalid.h"
#include "catalog/system.h"

typedef struct {
	guint64 xmin;                     /* the oldest transaction running: changes not visible yet are not older */
	guint64 xmax;                     /* no newer transaction was seen */
	guint64 xid;                      /* the transaction that was open and had written; 0: none */
	char *database;                   /* which database of which server */
	char *roles;                      /* their names, hashed */
	bool only_session;                /* no other session was connected */
	GArray *counts;                   /* of changes: see version.c; from before the read; NULL: not to be had */
	bool written[CATALOG_N_SYSTEM];   /* by the open transaction, which may be rolled back */
	GArray *tuples[CATALOG_N_SYSTEM]; /* of CatalogTuple, by key; shared between versions; NULL: it has no keys */
	gint64 sums[CATALOG_N_SYSTEM];    /* of their fingerprints */
	GArray *uncommitted[CATALOG_N_UNITS]; /* of guint32: objects that the open transaction has written */
	bool uncommitted_schemas;
} CatalogVersion;

/* All fields empty; catalog_version_clear() frees their contents. */
void catalog_version_init(CatalogVersion *version);
void catalog_version_clear(CatalogVersion *version);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CatalogVersion, catalog_version_clear)

/* The version of a copy of the database (CREATE DATABASE ... TEMPLATE), in which nothing has been written yet: rows
 * keep their OIDs and transactions there; changes are counted anew. */
void catalog_version_init_copied(CatalogVersion *version, const CatalogVersion *from);

/* The next number of an array's text, however deep, or false at its end; NULL counts as 0. */
bool catalog_version_next_number(const char **text, gint64 *ret_number);

/* The result of sql/version.sql. */
void catalog_version_read(CatalogVersion *version, const DbResult *row);

/* The counts of another result of it, from before the transaction. */
void catalog_version_read_counts(CatalogVersion *version, const DbResult *row);

/* True when rows written since `previous` can be found by their xmin: the same database, and no wraparound near. */
bool catalog_version_follows(const CatalogVersion *version, const CatalogVersion *previous);

/* The system catalogs in which something may have changed, as bit sets. */
typedef struct {
	guint32 catalogs;
	guint32 without_deletes; /* those of them where no row is gone */
	guint32 with_deletes;    /* those where rows were deleted */
} CatalogChanges;

/* Finds them by the counts of `row`, and sets `written`. `nothing_rolled_back`: see CatalogReadHints. */
void catalog_version_find_changes(CatalogVersion *version, const CatalogVersion *previous, const DbResult *row,
                                  bool nothing_rolled_back, CatalogChanges *ret_changes);

/* Sets `written` without a version before. */
void catalog_version_set_written(CatalogVersion *version);

#endif
