/*
 * A snapshot read back from what `pgassay snapshot` has written.
 */
#ifndef CHECK_SCHEMA_SNAPSHOT_FILE_H
#define CHECK_SCHEMA_SNAPSHOT_FILE_H

#include "catalog/snapshot.h"

/* Reads the files as one snapshot. What a snapshot does not write because it is the default is not there: compare with
 * CatalogDiffOptions.absent_is_default. NULL with *error (BASE_ERROR_INPUT): a file that is no YAML or no fixture, that
 * says what only a fixture can say (absent, count, exact, list, ...), or an object that is there twice. */
CatalogSnapshot *check_snapshot_file_read(const char *const *paths, GError **error);

#endif
