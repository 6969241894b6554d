/*
 * Values that a partition took, and that none takes any more.
 */
#ifndef CHECK_PROOF_PARTITIONS_H
#define CHECK_PROOF_PARTITIONS_H

#include "catalog/snapshot.h"

/* A line about the partitioned table of `before`, whose ranges of one column leave values out in `after`: between two
 * of them, or behind the last one. NULL: they do not, or no partition is new, so that the last one was dropped on
 * purpose. Old values at the beginning may go. The caller frees it. */
char *check_partitions_find_gap(const CatalogSnapshot *before, const CatalogSnapshot *after,
                                const CatalogObject *table);

#endif
