/*
 * Hints for generated rows: statements of migrations whose conditions should match some of them.
 */
#ifndef ROWS_HINT_H
#define ROWS_HINT_H

#include "rows/fill/members.h"
#include "rows/fill/model.h"

/* Immutable; reference counted. */
typedef struct RowsHint RowsHint;

/* A hint from a statement that writes rows under a condition or out of several values, or takes JSON apart;
 * NULL: it does none of that. */
RowsHint *rows_hint_new(const char *statement);
RowsHint *rows_hint_ref(RowsHint *hint);
void rows_hint_unref(RowsHint *hint); /* takes NULL */

/* Appends values that the conditions compare the column with, if its type (below domains) accepts them; a few of
 * them. */
void rows_hint_append(const RowsHint *hint, const RowsFillTable *table, const RowsFillColumn *column,
                      const RowsType *type, int modifier, GPtrArray *values);

/* Adds the members that the statement takes out of the column, which is of a type for JSON. */
void rows_hint_learn_members(const RowsHint *hint, const RowsFillTable *table, const RowsFillColumn *column,
                             RowsMembers *members);

/* True when the statement gives the column (of a type for JSON) to a function that takes arrays alone, such as
 * jsonb_array_elements. */
bool rows_hint_takes_array(const RowsHint *hint, const RowsFillTable *table, const RowsFillColumn *column);

/* True when the statement writes one value out of several, and names the column: it needs rows in which this column is
 * NULL and others are not. */
bool rows_hint_combines(const RowsHint *hint, const RowsFillTable *table, const RowsFillColumn *column);

/* True when the statement writes rows in which the column is NULL, or a value in the place of NULL: it needs several
 * such rows, also where the column is unique. */
bool rows_hint_fills_null(const RowsHint *hint, const RowsFillTable *table, const RowsFillColumn *column);

#endif
