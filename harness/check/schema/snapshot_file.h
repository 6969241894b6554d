/*
 * Reads a snapshot back from the output of `pgassay snapshot`.
 */
#ifndef CHECK_SCHEMA_SNAPSHOT_FILE_H
#define CHECK_SCHEMA_SNAPSHOT_FILE_H

#include "catalog/snapshot.h"

/* Reads the files as one snapshot. Defaults, which a snapshot does not contain, are missing: compare with
 * CatalogDiffOptions.absent_is_default. NULL with *error (BASE_ERROR_INPUT): a file is not YAML or not a fixture,
 * has a key that only a fixture can have (absent, count, exact, list, ...), or contains an object twice. */
CatalogSnapshot *check_snapshot_file_read(const char *const *paths, GError **error);

#endif
