/*
 * The rows of the system catalogs that a version knows; changed rows make objects invalid. No other folder includes it.
 */
#ifndef CATALOG_TUPLES_H
#define CATALOG_TUPLES_H

#include "catalog/version.h"

/* One row of a system catalog. */
typedef struct {
	guint64 key;    /* 0: counts by its object only */
	guint32 object; /* the OID of the object to read again */
	gint32 fingerprint;
	char kind; /* relkind, contype, the unit of a comment; 0: none */
} CatalogTuple;

bool catalog_tuples_have(const CatalogVersion *version, CatalogSystemId catalog, guint64 key);

/* Takes over the tuples of the catalogs in which nothing has changed. */
void catalog_tuples_take_over(CatalogVersion *version, const CatalogVersion *previous, guint32 changed);

/* Adds the changes of the transaction of `previous`: they may have been rolled back. */
void catalog_tuples_invalidate_uncommitted(const CatalogVersion *previous, CatalogInvalid *invalid);

/* Keeps the changes of the open transaction. */
void catalog_tuples_keep_uncommitted(CatalogVersion *version, const CatalogInvalid *uncommitted);

/* All rows of a system catalog; its tuples become the version's. Objects whose rows differ from `previous` are added
 * to `invalid` (both may be NULL), those written by the open transaction to `uncommitted` (may be NULL). */
void catalog_tuples_read_all(CatalogVersion *version, const CatalogVersion *previous, const DbResult *rows,
                             CatalogInvalid *invalid, CatalogInvalid *uncommitted);

/* The rows that were written since `previous`, when no others are gone. */
void catalog_tuples_read_new(CatalogVersion *version, const CatalogVersion *previous, const DbResult *rows,
                             CatalogInvalid *invalid, CatalogInvalid *uncommitted);

/* The rows that were written since `previous`, and the sum of all fingerprints. False when these do not explain that
 * sum: rows are gone, and all of the catalog's have to be read. */
bool catalog_tuples_read_new_and_sum(CatalogVersion *version, const CatalogVersion *previous, const DbResult *rows,
                                     CatalogInvalid *invalid, CatalogInvalid *uncommitted);

/* The same rows once more, when that was false: true when they and the tuples that both `previous` and `expected` have
 * explain the sum. */
bool catalog_tuples_read_expected(CatalogVersion *version, const CatalogVersion *previous,
                                  const CatalogVersion *expected, const DbResult *rows, CatalogInvalid *invalid);

/* The same rows once more, leaving out what belonged to the relations in `dropped`. */
bool catalog_tuples_read_without(CatalogVersion *version, const CatalogVersion *previous, const DbResult *rows,
                                 GHashTable *dropped);

/* The relations that `previous` has and the version, whose relations have been read, has not. Freed by the caller. */
GHashTable *catalog_tuples_find_dropped(const CatalogVersion *version, const CatalogVersion *previous);

/* A relation that is new, gone, or no ordinary table is invalid as a whole. */
void catalog_tuples_widen(const CatalogVersion *version, const CatalogVersion *previous, CatalogInvalid *invalid);

/* How many of the invalid relations there are now: not those that are gone, and no TOAST tables. */
guint catalog_tuples_count_relations(const CatalogVersion *version, const CatalogInvalid *invalid);

/* The relations with invalid objects of the class that are no members of an extension, as the text of an array. The
 * caller frees it. */
char *catalog_tuples_format_relations(const CatalogVersion *version, const CatalogInvalid *invalid,
                                      CatalogClassId class_id);

/* The classes, as a bit set, of which invalid relations have invalid objects. */
guint64 catalog_tuples_find_classes(const CatalogVersion *version, const CatalogInvalid *invalid);

#endif
