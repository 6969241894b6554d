/*
 * The parts of a snapshot that are invalid and have to be read again; no other folder includes it.
 */
#ifndef CATALOG_INVALID_H
#define CATALOG_INVALID_H

#include "catalog/snapshot.h"

/* The part of a relation that objects of a class are: a bit. */
#define CATALOG_PART(class_id) (1U << ((class_id)-CATALOG_COMPOSITE))
#define CATALOG_ALL_PARTS      0xFFFFFFFFU

/* What has the relation's own name: read again whatever has changed about it, so that a new name is seen. */
#define CATALOG_PARTS_OF_THE_NAME                                                                                      \
	(CATALOG_PART(CATALOG_TABLE) | CATALOG_PART(CATALOG_VIEW) | CATALOG_PART(CATALOG_SEQUENCE))

typedef struct {
	GHashTable *units[CATALOG_N_UNITS]; /* OID -> its parts; of what is no relation, all */
	guint64 bloom[CATALOG_N_UNITS][64]; /* a Bloom filter of each: says quickly of most OIDs that they are valid */
	guint64 classes;                    /* as a bit set: those that are read as a whole */
	bool schemas;
	bool rare;       /* there may be a first object of a class that is rare */
	bool everything; /* the other members have no meaning then */
} CatalogInvalid;

/* Makes it empty; catalog_invalid_clear() frees its contents. */
void catalog_invalid_init(CatalogInvalid *invalid);
void catalog_invalid_clear(CatalogInvalid *invalid);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CatalogInvalid, catalog_invalid_clear)

void catalog_invalid_add(CatalogInvalid *invalid, CatalogUnit unit, guint32 oid); /* 0 is none */
/* These parts of a relation, and those of its name. */
void catalog_invalid_add_parts(CatalogInvalid *invalid, guint32 relation, guint32 parts);

/* What of the unit is not invalid in `known` yet. */
void catalog_invalid_add_missing(CatalogInvalid *invalid, const CatalogInvalid *known, CatalogUnit unit, guint32 oid);

void catalog_invalid_add_units(CatalogInvalid *invalid, const CatalogInvalid *more);
bool catalog_invalid_has(const CatalogInvalid *invalid, CatalogUnit unit, guint32 oid);
guint32 catalog_invalid_parts(const CatalogInvalid *invalid, CatalogUnit unit, guint32 oid); /* 0: it is valid */
guint catalog_invalid_count(const CatalogInvalid *invalid, CatalogUnit unit);

/* The OIDs as the text of an array. The caller frees it. */
char *catalog_invalid_format(const CatalogInvalid *invalid, CatalogUnit unit);

#endif
