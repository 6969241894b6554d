/*
 * Differences of two catalogs, by the objects that a reader thinks in: a table with all that belongs to it, a function.
 */
#ifndef CHECK_SCHEMA_DIFFERENCES_H
#define CHECK_SCHEMA_DIFFERENCES_H

#include "catalog/diff.h"

typedef struct {
	const CatalogObject *object; /* of the expected catalog, or of the found one where only that has it */
	char *title;                 /* "table kb.documents" */
	GPtrArray *differences;      /* of const CatalogDifference *; empty: it is the same on both sides */
	char *order;                 /* the columns' order, where it differs and does not count; or NULL */
} CheckDifferencesGroup;

/* Calls the function for each top-level object that either side has, in the order of catalogs. Expressions that
 * differ only in how the server deparses them (check/schema/array_casts.h) are equal. */
void check_differences_by_object(const CatalogSnapshot *expected, const CatalogSnapshot *found,
                                 const CatalogDiffOptions *options,
                                 void (*report)(const CheckDifferencesGroup *group, void *data), void *data);

/* Takes those out that are the same but for the server's words. */
void check_differences_normalise_array_casts(GArray *differences);

#endif
