/* The contents of a reading; no other folder includes it. */
#ifndef CATALOG_READING_PRIVATE_H
#define CATALOG_READING_PRIVATE_H

#include "catalog/reading.h"
#include "catalog/version.h"

/* A copy of the exclusions, which all readings of a line share. Reference counted. */
typedef struct {
	gatomicrefcount references;
	CatalogExclusions exclusions;
	GStrv tables;
	GStrv schemas;
} CatalogOptions;

struct CatalogReading {
	gatomicrefcount references;
	CatalogSnapshot *snapshot;
	CatalogVersion version;
	CatalogOptions *options;
	guint n_read;
};

CatalogOptions *catalog_options_new(const CatalogExclusions *exclusions); /* may be NULL */
CatalogOptions *catalog_options_ref(CatalogOptions *options);
/* Takes ownership of the snapshot, the contents of the version, and the options. */
CatalogReading *catalog_reading_new(CatalogSnapshot *snapshot, CatalogVersion *version, CatalogOptions *options,
                                    guint n_read);

#endif
