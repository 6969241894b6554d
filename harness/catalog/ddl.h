/*
 * Differences as SQL, for people to read: the statements that would make one database the other.
 */
#ifndef CATALOG_DDL_H
#define CATALOG_DDL_H

#include "catalog/diff.h"

/* One statement or more for each difference, in the order of the list: the way from the expected catalog to the
 * found one, a line each (bodies have several). A difference without a statement is a comment. Not to be run as it
 * is: it does not consider dependencies, rows, or parts that were not compared. The caller frees it. */
char *catalog_ddl_describe(const GArray *differences, const CatalogSnapshot *found);

#endif
