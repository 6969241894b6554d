/* Declarations for the steps of rows_fill; no file outside rows/ includes it. */
#ifndef ROWS_FILLER_H
#define ROWS_FILLER_H

#include "rows/fill/fill.h"
#include "rows/fill/model.h"

typedef struct {
	guint n_rows;
	bool tame; /* moderate values only */
	bool look; /* tables that have pages may be empty: see rows_model_read */
} RowsFillOptions;

/* As rows_fill. */
bool rows_fill_with(DbSession *session, const CatalogExclusions *exclusions, const RowsFillOptions *options,
                    RowsFilled *filled, GPtrArray *ret_unfilled, GError **error);

typedef struct {
	DbSession *session;
	RowsModel *model;
	guint n_rows;
	bool tame;           /* no values at the limits of the types */
	GPtrArray *order;    /* of RowsFillTable *: referenced tables first */
	GHashTable *targets; /* OID -> GPtrArray of the RowsFillTable * that a key to it needs rows of */
	GHashTable *pools;   /* target and columns -> GPtrArray of GStrv: keys that there are, as SQL literals */
} RowsFiller;

/* --- Order (order.c) ------------------------------------------------------- */

/* Puts the tables in `order` and decides which foreign keys are postponed: those of a circle, nullable ones
 * first, then deferrable ones. */
void rows_filler_put_in_order(RowsFiller *filler);

/* True when a row can leave the key out: NULL in one of its columns, in all for MATCH FULL. */
bool rows_key_is_optional(const RowsFillTable *table, const RowsForeignKey *key);

/* True when rows hold something else in the key until all tables are filled: it is postponed, and NULL will not do. */
bool rows_key_waits(const RowsFillTable *table, const RowsForeignKey *key);

/* --- Rows (assemble.c) ----------------------------------------------------- */

/* The keys that the foreign key can point to now; owned by the filler. NULL with *error. */
const GPtrArray *rows_filler_pool(RowsFiller *filler, const RowsForeignKey *key, GError **error);

/* The rows number `first` and following, which keep to foreign keys and differ where they have to: a list of lists of
 * char *, one per column (an SQL
 * expression, or NULL where the server gives the value). The caller unrefs it. NULL with *error; an empty list, with
 * table->reason set, when no row can be made. */
GPtrArray *rows_filler_assemble(RowsFiller *filler, RowsFillTable *table, guint first, guint n_wanted, GError **error);

/* --- Inserting (insert.c) --------------------------------------------------- */

/* Fills one table; table->n_filled and table->reason are the result. */
bool rows_filler_insert(RowsFiller *filler, RowsFillTable *table, GError **error);

/* Gives further rows to a table that has n_there of them: first those behind them, whose keys have other values. */
bool rows_filler_insert_behind(RowsFiller *filler, RowsFillTable *table, GError **error);

/* --- Afterwards (postponed.c) ----------------------------------------------- */

/* Sets the columns of postponed foreign keys. */
bool rows_filler_set_postponed(RowsFiller *filler, GError **error);

#endif
