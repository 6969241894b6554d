/*
 * A read of the catalog on its way, and its steps; update.c shows them in one picture. No other folder includes it.
 */
#ifndef CATALOG_UPDATE_PRIVATE_H
#define CATALOG_UPDATE_PRIVATE_H

#include "catalog/build.h"
#include "catalog/reading_private.h"
#include "catalog/transaction.h"

typedef struct {
	DbSession *session;
	const CatalogReading *previous; /* NULL: everything is read */
	bool prepared;                  /* the session keeps the statements of a full read for the next one */
	CatalogReadHints hints;
	const CatalogExclusions *exclusions; /* or NULL */
	const CatalogTransaction *transaction;
	bool begun;             /* the transaction is, and has not ended yet */
	CatalogVersion version; /* of the catalog that this read sees */
	CatalogInvalid invalid; /* of the snapshot before */
	GArray *rows;           /* of CatalogRows: the fetched rows */
	GPtrArray *results;     /* that the rows are in */
} CatalogUpdate;

/* Finds what of the snapshot before is invalid, in the system catalogs that may have changed. Sets invalid.everything
 * where that is not known, or would be most of it. */
bool catalog_changes_find(CatalogUpdate *update, const CatalogChanges *changes, GError **error);

/* Fetches everything: the rows of the system catalogs to the version, and the classes in the bit set. Ends the
 * transaction. */
CatalogChunk *catalog_fetch_everything(CatalogUpdate *update, guint64 classes, GError **error);

/* Fetches the invalid objects, and the objects that have to be read again with them, which it adds. Ends the
 * transaction. NULL without *error, in the transaction, when it sets invalid.everything. */
CatalogChunk *catalog_fetch_invalid(CatalogUpdate *update, GError **error);

#endif
