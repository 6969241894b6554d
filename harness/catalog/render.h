/*
 * A snapshot as YAML, in the vocabulary of the expectation fixtures.
 */
#ifndef CATALOG_RENDER_H
#define CATALOG_RENDER_H

#include "catalog/snapshot.h"

typedef struct {
	const char *const *schemas; /* only these, NULL-terminated; NULL is all */
} CatalogRenderOptions;

/* The whole snapshot as one YAML document that, used as a fixture, the same database meets. Attributes that have
 * their default are left out where the fixture language has a default for them. The caller frees it. */
char *catalog_render_yaml(const CatalogSnapshot *snapshot, const CatalogRenderOptions *options);

#endif
