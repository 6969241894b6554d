/*
 * The differences between two snapshots: a merge of two sorted lists.
 */
#ifndef CATALOG_DIFF_H
#define CATALOG_DIFF_H

#include "catalog/snapshot.h"

typedef enum {
	CATALOG_MISSING,    /* expected, not found */
	CATALOG_UNEXPECTED, /* found, not expected */
	CATALOG_CHANGED,    /* an attribute has another value */
} CatalogDifferenceKind;

/* Points into the two snapshots, which must outlive it. */
typedef struct {
	CatalogDifferenceKind kind;
	const CatalogObject *expected;              /* NULL when unexpected */
	const CatalogObject *found;                 /* NULL when missing */
	const CatalogAttribute *expected_attribute; /* CATALOG_CHANGED only; NULL: it had none */
	const CatalogAttribute *found_attribute;    /* CATALOG_CHANGED only; NULL: it has none */
} CatalogDifference;

typedef struct {
	bool ignore_column_position; /* attribute "position" of columns */
	bool absent_is_default;      /* an attribute that one side lacks has its default (catalog/render.h) there */
} CatalogDiffOptions;

/* All differences, of CatalogDifference, sorted as snapshots are. If a whole relation is missing or unexpected, its
 * parts are not listed again. Never NULL. options may be NULL. */
GArray *catalog_diff(const CatalogSnapshot *expected, const CatalogSnapshot *found, const CatalogDiffOptions *options);

/* The relation of the snapshot whose removal removes the object, too: its own one, or the one whose column owns a
 * sequence, or that a statistics object is of; or NULL. */
const CatalogObject *catalog_diff_find_owner(const CatalogSnapshot *snapshot, const CatalogObject *object);

/* One difference in words: `index "kb.chunks.idx_chunks_tsv" is missing`,
 * `column "kb.documents.x" is unexpected`, `policy "kb.jobs.p": using was "true", is "false"`. The
 * words "was" and "is" stand for expected and found. The caller frees it. */
char *catalog_difference_describe(const CatalogDifference *difference);

/* The value as messages show it: texts in double quotes, lists as fixtures write them ([id, name]), the rest bare. */
void catalog_append_value(GString *text, const CatalogAttribute *attribute);

/* For sentences that say what is and what was expected: a list as a fixture writes it, any other value in quotes;
 * "none" for NULL. The caller frees it. */
char *catalog_quote_value(const CatalogAttribute *attribute);

/* All of them, one a line, at most `limit` and then "... and N more". The caller frees it. */
char *catalog_diff_describe(const GArray *differences, guint limit);

#endif
