/*
 * Adds the differences between two catalogs to a case.
 */
#ifndef CHECK_NOTED_H
#define CHECK_NOTED_H

#include "catalog/diff.h"
#include "report/result.h"

/* Maximum on a page; the details list more. */
#define CHECK_NOTED_MAX 20

/* Adds the first CHECK_NOTED_MAX differences to the case: a missing or unexpected object with its statement, a
 * changed one with the old and the new value. The differences are those of the two catalogs. */
void check_note_differences(ReportCase *test_case, const GArray *differences, const CatalogSnapshot *expected,
                            const CatalogSnapshot *found);

/* Sets the remedy: the statements that would have led from the found state to the expected one. Sets nothing if SQL
 * has no statement for some of them. */
void check_note_remedy(ReportCase *test_case, const CatalogSnapshot *expected, const CatalogSnapshot *found,
                       const CatalogDiffOptions *options);

/* The statement that makes the object, without the final semicolon; NULL where SQL has none. The caller frees it. */
char *check_note_statement(const CatalogObject *object, const CatalogSnapshot *snapshot);

#endif
