/*
 * The parts of a snapshot that are invalid and have to be read again; no other folder includes it.
 */
#ifndef CATALOG_INVALID_H
#define CATALOG_INVALID_H

#include "catalog/snapshot.h"

typedef struct {
	GHashTable *units[CATALOG_N_UNITS]; /* the objects, by OID */
	guint64 bloom[CATALOG_N_UNITS][64]; /* a Bloom filter of each: shows quickly that most OIDs are valid */
	guint64 classes;                    /* as a bit set: classes that are read as a whole */
	bool schemas;
	bool rare;       /* there may be a first object of a class that is rare */
	bool everything; /* the other members have no meaning then */
} CatalogInvalid;

/* Makes it empty; catalog_invalid_clear() frees its contents. */
void catalog_invalid_init(CatalogInvalid *invalid);
void catalog_invalid_clear(CatalogInvalid *invalid);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CatalogInvalid, catalog_invalid_clear)

void catalog_invalid_add(CatalogInvalid *invalid, CatalogUnit unit, guint32 oid); /* 0 is none */
void catalog_invalid_add_units(CatalogInvalid *invalid, const CatalogInvalid *more);
bool catalog_invalid_has(const CatalogInvalid *invalid, CatalogUnit unit, guint32 oid);
guint catalog_invalid_count(const CatalogInvalid *invalid, CatalogUnit unit);

/* The OIDs as the text of an array. The caller frees it. */
char *catalog_invalid_format(const CatalogInvalid *invalid, CatalogUnit unit);

#endif
