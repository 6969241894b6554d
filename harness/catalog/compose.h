/*
 * A snapshot made from the contents of a file, not from a server.
 */
#ifndef CATALOG_COMPOSE_H
#define CATALOG_COMPOSE_H

#include "catalog/snapshot.h"

typedef struct CatalogComposition CatalogComposition;

CatalogComposition *catalog_composition_new(void);
void catalog_composition_free(CatalogComposition *composition); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CatalogComposition, catalog_composition_free)

/* Adds an object; parts that the class's scope lacks are NULL. Texts are copied. */
void catalog_composition_add(CatalogComposition *composition, CatalogClassId class_id, const char *schema,
                             const char *relation, const char *name);

/* Adds an attribute to the last object. */
void catalog_composition_set(CatalogComposition *composition, const char *name, const char *value,
                             CatalogValueKind kind);

/* Gives the snapshot, and leaves the composition empty. No server has it: it cannot be updated. NULL when an object is
 * there twice; *ret_twice is then its identity, for the caller to free. */
CatalogSnapshot *catalog_composition_end(CatalogComposition *composition, char **ret_twice);

#endif
