/*
 * Which values the columns of a table are given.
 */
#ifndef ROWS_VALUES_H
#define ROWS_VALUES_H

#include "rows/fill/model.h"

/* Works out, from the constraints of all tables, which columns need another value in each row and which are
 * calculated with (`distinct` and `tame` of the columns). */
void rows_values_prepare(RowsModel *model);

/* Makes the values of all columns of these tables (of RowsFillTable *) that the INSERT names: the default if it is a
 * constant, NULL if allowed, constants of the checks, usual values and the limits of the type. Of these, it keeps
 * the ones that pass the checks of the column alone, according to the server. Columns with `distinct` get as many as
 * rows_values_rows_to_make. With `tame`, no values at the limits. Runs in an open transaction. False with *error
 * only when the connection is lost or the call is interrupted. */
bool rows_values_make(DbSession *session, RowsModel *model, const GPtrArray *tables, guint n_rows, bool tame,
                      GError **error);

/* How many rows to make when n_rows are wanted: more than that where some of them may not do. */
guint rows_values_rows_to_make(const RowsFillTable *table, guint n_rows);

/* True when the INSERT gives the column a value, false when the server does. */
bool rows_values_wanted(const RowsFillTable *table, const RowsFillColumn *column);

/* True when a default gives the same value every time. */
bool rows_values_is_constant(const char *default_sql);

/* --- For tests ------------------------------------------------------------ */

/* Appends values for a column of this type that follow from the constants of a check. */
void rows_values_append_suggested(GPtrArray *values, const RowsType *type, int modifier, const char *expression,
                                  guint n_more);

#endif
