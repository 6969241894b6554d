/*
 * Hints for generated rows: statements of migrations whose conditions should match some of them.
 */
#ifndef ROWS_HINT_H
#define ROWS_HINT_H

#include "rows/fill/model.h"

/* Immutable; reference counted. */
typedef struct RowsHint RowsHint;

/* A hint from a statement that writes rows under a condition, or reads JSON arrays; NULL: it does neither. */
RowsHint *rows_hint_new(const char *statement);
RowsHint *rows_hint_ref(RowsHint *hint);
void rows_hint_unref(RowsHint *hint); /* takes NULL */

/* Appends values that the conditions compare the column with, if its type (below domains) accepts them; a few of
 * them. */
void rows_hint_append(const RowsHint *hint, const RowsFillTable *table, const RowsFillColumn *column,
                      const RowsType *type, int modifier, GPtrArray *values);

/* True when the statement gives the column (of a type for JSON) to a function that takes arrays alone, such as
 * jsonb_array_elements. */
bool rows_hint_takes_array(const RowsHint *hint, const RowsFillTable *table, const RowsFillColumn *column);

#endif
