/*
 * A snapshot as YAML, in the vocabulary of the expectation fixtures.
 */
#ifndef CATALOG_RENDER_H
#define CATALOG_RENDER_H

#include "catalog/snapshot.h"

#include <stdbool.h>

typedef struct {
	const char *const *schemas; /* only these, NULL-terminated; NULL is all */
	bool any_extension_version; /* the versions of extensions, which are those of one server, are left out */
	bool exact;                 /* says `exact`: as a fixture, it allows nothing else */
} CatalogRenderOptions;

/* The whole snapshot as one YAML document that, used as a fixture, the same database meets. Attributes that have
 * their default are left out where the fixture language has a default for them. The caller frees it. */
char *catalog_render_yaml(const CatalogSnapshot *snapshot, const CatalogRenderOptions *options);

/* One object at the top (a table with all that belongs to it, a function, ...) as a document of its own. The caller
 * frees it. */
char *catalog_render_object(const CatalogSnapshot *snapshot, const CatalogObject *object);

/* The object as an entry of its collection: "name: ..." without indentation, of one line or more, with the final line
 * break. The caller frees it. */
char *catalog_render_entry(const CatalogSnapshot *snapshot, const CatalogObject *object);

/* The key of the object in its collection, as YAML. The caller frees it. */
char *catalog_render_key(const CatalogObject *object);

/* The object as an item of a list, "- { name: ..., ... }", without indentation, with the final line break. The caller
 * frees it. */
char *catalog_render_item(const CatalogObject *object);

/* True when catalog_render_yaml writes the object at the top. */
bool catalog_render_wants(const CatalogObject *object, const CatalogRenderOptions *options);

/* The value that the fixture language takes for granted, and that renderings leave out; NULL when there is none. */
const char *catalog_render_default(CatalogClassId class_id, const char *attribute);

#endif
