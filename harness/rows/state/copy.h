/*
 * Examples of lost rows and values: tables are copied before the loss is reproduced, and compared with the copy
 * afterwards.
 */
#ifndef ROWS_COPY_H
#define ROWS_COPY_H

#include "rows/state/state.h"

/* The schema that the copies live in. rows_fill and rows_state_read leave it out; a snapshot that is read while copies
 * exist has to name it among CatalogExclusions.schemas. */
#define ROWS_COPY_SCHEMA "pgassay_rows"

/* Copies the rows of these tables of `before` (as catalog_identity_join writes them, NULL-terminated; NULL: all) as
 * they are now. The copies are all text, so that they hold no type, collation or function back. Tables that `before`
 * does not have, or that are not there now, are passed over. Replaces older copies. */
bool rows_keep_copy(DbSession *session, const RowsState *before, const char *const *tables, GError **error);

typedef struct {
	char *key;    /* the primary key: "id = 7"; without one, NULL */
	char *before; /* NULL is SQL's NULL, or there was no such row; at most 60 characters */
	char *now;    /* the same for now */
} RowsExample;

typedef enum {
	ROWS_VALUES_DIFFER, /* `column` has other values in rows that still exist */
	ROWS_COLUMN_LOST,   /* `column` is not there any more */
	ROWS_LOST,          /* rows are not there any more; the examples have their text in `before` */
	ROWS_ADDED,         /* rows that were not there; the examples have their text in `now` */
} RowsLossKind;

/* A change of one column, or of the rows, of one table. */
typedef struct {
	RowsLossKind kind;
	char *table;
	char *column; /* NULL for ROWS_LOST and ROWS_ADDED */
	gint64 n_rows;
	/* ROWS_VALUES_DIFFER, of those n_rows: they have become NULL, and were a value (no NaN, no infinity); only the
	 * beginning of the text is left; they were rounded to fewer digits; they say the same in other words (12.50
	 * and 12.5). And how many different values all rows had, and have, NULL not among them. */
	gint64 n_nulled;
	gint64 n_cut;
	gint64 n_rounded;
	gint64 n_reworded;
	gint64 n_distinct_before;
	gint64 n_distinct_now;
	guint n_examples;
	RowsExample examples[3];
} RowsLoss;

/* Compares the copies with the tables as they are now: a list of RowsLoss *, in the order of the tables, at most
 * three examples each; the caller unrefs it. Rows are matched by the primary key that the table had in `before`;
 * without one, rows that are equal in all columns match, and a row that was changed is one lost and one added. A table
 * that is gone has lost its rows. Must be the `before` that was given to rows_keep_copy. */
GPtrArray *rows_explain(DbSession *session, const RowsState *before, GError **error);

/* The losses in words, one a line, the examples indented below. The caller frees it. */
char *rows_losses_describe(const GPtrArray *losses);

#endif
