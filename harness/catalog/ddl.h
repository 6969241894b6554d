/*
 * Differences in the words of SQL, for people to read: what would make one database the other.
 */
#ifndef CATALOG_DDL_H
#define CATALOG_DDL_H

#include "catalog/diff.h"

/* One statement or more for each difference, in the order of the list: what leads from the expected catalog to the
 * found one, a line each (bodies have theirs). What has no statement of its own is a comment. Not to be run as it is:
 * nothing is said of dependencies, of rows, or of what was not compared. The caller frees it. */
char *catalog_ddl_describe(const GArray *differences, const CatalogSnapshot *found);

#endif
