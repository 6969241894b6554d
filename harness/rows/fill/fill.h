/*
 * Generated rows for empty tables, so that a migration meets data before production does.
 */
#ifndef ROWS_FILL_H
#define ROWS_FILL_H

#include "rows/state/state.h"

/* A table that stayed empty, or could only be filled with its triggers off, and why. */
typedef struct {
	char *table;           /* as catalog_identity_join writes it: kb.documents */
	char *reason;          /* in words: the constraint, trigger or type that stood in the way */
	bool without_triggers; /* it has rows, that no trigger has seen */
} RowsUnfilled;

/* An empty list of RowsUnfilled *, which it owns. The caller unrefs it. */
GPtrArray *rows_unfilled_list_new(void);

/* Which tables of one database were filled, and how many columns they had then. */
typedef struct RowsFilled RowsFilled;

RowsFilled *rows_filled_new(void);
void rows_filled_clear(RowsFilled *filled); /* for another database; hints stay */
void rows_filled_free(RowsFilled *filled);  /* takes NULL */
/* The same hints, and nothing else. The caller frees it. */
RowsFilled *rows_filled_new_like(const RowsFilled *filled);
/* The tables of `from` are those of `filled` from now on. */
void rows_filled_take(RowsFilled *filled, const RowsFilled *from);
/* A statement that will run on the rows (SQL as written by its author): its conditions should match some of them. */
void rows_filled_add_hint(RowsFilled *filled, const char *statement);
/* Trials were rolled back: for the next time, tables that have pages may be empty. */
void rows_filled_expect_empty_pages(RowsFilled *filled);
/* Whether rows_fill has nothing to do: these are the rows of the database that `filled` is about. */
bool rows_filled_is_enough(const RowsFilled *filled, const RowsState *rows, guint n_rows);
/* Whether triggers have written to the catalog when plausible rows came. */
void rows_filled_note_catalog(RowsFilled *filled, bool touched);
bool rows_filled_touched_catalog(const RowsFilled *filled);
/* Looks for tables that have less than a quarter of n_rows left. Nothing may change these rows until rows_fill, which
 * does not count them once more. */
void rows_filled_look_at(RowsFilled *filled, RowsState *rows, guint n_rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RowsFilled, rows_filled_free)

/* Gives every ordinary table that is empty now (partitions included; members of extensions, temporary tables and
 * exclusions not) up to n_rows rows; tables that have rows are left alone, and their rows are what foreign keys point
 * to. But those of `filled` (NULL: none) get more rows, when they have got a new column, which holds nothing yet, or
 * have lost most of their rows (rows_filled_look_at); it remembers the tables of this call. The same schema gets the
 * same rows (what triggers write aside): nothing is random, and a default that is, gen_random_uuid() or now(), is used
 * only where no other value is to be had.
 *
 * An idle session gets one transaction, committed at the end; inside an open transaction the rows are part of it, and
 * no constraint is left to be checked later. Settings stay as they are; triggers run under the session's own. A table
 * whose triggers refuse every row is filled with triggers off (superusers only), and that is said.
 *
 * Tables that stay empty, or have rows that no trigger has seen, are appended to ret_unfilled (made by
 * rows_unfilled_list_new, or NULL): that is no failure.
 * False with *error when the catalog cannot be read or the connection is lost; nothing is filled then. */
bool rows_fill(DbSession *session, const CatalogExclusions *exclusions, guint n_rows, RowsFilled *filled,
               GPtrArray *ret_unfilled, GError **error);

/* How much the session has written to the catalog: another number at the end of a transaction than at its beginning
 * means that it has. Filling does not, but triggers may make tables and sequences. */
bool rows_fill_count_catalog(DbSession *session, gint64 *ret_count, GError **error);

#endif
