/*
 * The parts of a snapshot that are invalid and have to be read again; no other folder includes it.
 */
#ifndef CATALOG_INVALID_H
#define CATALOG_INVALID_H

#include "catalog/snapshot.h"

/* The bit of a class among the parts of a relation. */
#define CATALOG_PART(class_id) (1U << ((class_id)-CATALOG_COMPOSITE))
#define CATALOG_ALL_PARTS      0xFFFFFFFFU

/* The classes that have the relation's own name: always read again, so that a new name is seen. */
#define CATALOG_PARTS_OF_THE_NAME                                                                                      \
	(CATALOG_PART(CATALOG_TABLE) | CATALOG_PART(CATALOG_VIEW) | CATALOG_PART(CATALOG_SEQUENCE))

typedef struct {
	GHashTable *units[CATALOG_N_UNITS]; /* OID -> its invalid parts; all of them if it is no relation */
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
/* Adds these parts of a relation, and those of its name. */
void catalog_invalid_add_parts(CatalogInvalid *invalid, guint32 relation, guint32 parts);

/* Adds the parts of the unit that are not invalid in `known`. */
void catalog_invalid_add_missing(CatalogInvalid *invalid, const CatalogInvalid *known, CatalogUnit unit, guint32 oid);

void catalog_invalid_add_units(CatalogInvalid *invalid, const CatalogInvalid *more);
guint32 catalog_invalid_parts(const CatalogInvalid *invalid, CatalogUnit unit, guint32 oid); /* 0: it is valid */
guint catalog_invalid_count(const CatalogInvalid *invalid, CatalogUnit unit);

/* The OIDs as the text of an array. The caller frees it. */
char *catalog_invalid_format(const CatalogInvalid *invalid, CatalogUnit unit);

#endif
