/*
 * The contents of a database's tables, as checksums that the server computes.
 *
 * A table's state is its columns, its number of rows, a checksum of its rows and one of each column. The checksums do
 * not depend on the order of rows or columns, nor on how a row is stored, nor on the session's settings: a row is the
 * text of its values. Materialized views and sequences are not rows.
 */
#ifndef ROWS_STATE_H
#define ROWS_STATE_H

#include "catalog/snapshot.h"

/* Immutable; reference counted. */
typedef struct RowsState RowsState;

RowsState *rows_state_ref(RowsState *state);
void rows_state_unref(RowsState *state); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RowsState, rows_state_unref)

/* Reads all ordinary tables (partitions included; members of extensions, temporary tables and exclusions not). An
 * idle session reads in one repeatable-read transaction; inside an open transaction it sees what that has done, and
 * leaves it, settings included, as it was. A row that row security would hide is an error. exclusions may be
 * NULL. */
RowsState *rows_state_read(DbSession *session, const CatalogExclusions *exclusions, GError **error);

/* Reads only the tables of `before`, as they are now, and their rows also with exactly the columns that they had in
 * `before`, so that rows_state_compare can see whether these rows are still the same. */
RowsState *rows_state_read_as(DbSession *session, const RowsState *before, GError **error);

/* As rows_state_read, but only tables that may have changed since `known` was read are read again; the others are
 * taken over. `known` has to be the state at the beginning of the transaction that is open on this very session, or at
 * a later point of it. Without an open transaction everything is read. Tables that are read again are also read with
 * the columns that they have in `as` (may be NULL), for a comparison with that. */
RowsState *rows_state_update(DbSession *session, const RowsState *known, const RowsState *as,
                             const CatalogExclusions *exclusions, GError **error);

/* --- Looking into one ----------------------------------------------------- */

guint rows_state_size(const RowsState *state); /* tables */
/* The number of tables that the call that made this state has read; the others were taken over. */
guint rows_state_tables_read(const RowsState *state);
/* The rows of the table ("schema.table", as catalog_identity_join writes it); -1 when the state has no such table. */
gint64 rows_state_rows(const RowsState *state, const char *table);
/* The name and the OID of a table: by its number below rows_state_size(), sorted by name; by its name. NULL: it has no
 * such table. */
const char *rows_state_name(const RowsState *state, guint index);
const char *rows_state_oid(const RowsState *state, const char *table);
/* The names of the table's columns, sorted; NULL: it has no such table. The caller frees the array by g_free. */
const char **rows_state_columns(const RowsState *state, const char *table);
/* The columns of the table's primary key, NULL-terminated, the state's own; NULL: it has none, or there is no such
 * table. */
const char *const *rows_state_key(const RowsState *state, const char *table);
/* The type of a column, as format_type prints it; NULL if it does not exist. */
const char *rows_state_column_type(const RowsState *state, const char *table, const char *column);
/* True when both states have the column, but not as one and the same: it (or its table) was dropped and made again. */
bool rows_state_column_is_remade(const RowsState *before, const RowsState *after, const char *table,
                                 const char *column);
/* True when both states have the column, and its type has another name, or another type has that name now. */
bool rows_state_column_has_other_type(const RowsState *before, const RowsState *after, const char *table,
                                      const char *column);
/* The name in `after` of the table, or of a column of it, of `before`, if only the name has changed; NULL: it is
 * gone, or has the same name. */
const char *rows_state_renamed_table(const RowsState *before, const RowsState *after, const char *table);
const char *rows_state_renamed_column(const RowsState *before, const RowsState *after, const char *table,
                                      const char *column);
/* True if the name stands for another table in `after`, and both tables are in both states: each only has another name.
 */
bool rows_state_has_changed_places(const RowsState *before, const RowsState *after, const char *table);
/* True if the column `is` of the table holds in `after` exactly the values, in whatever rows, that its column `was` had
 * in `before`. */
bool rows_state_column_holds(const RowsState *before, const RowsState *after, const char *table, const char *was,
                             const char *is);
/* The rows of all tables. */
gint64 rows_state_total(const RowsState *state);

/* --- Comparing ------------------------------------------------------------ */

typedef enum {
	ROWS_TABLE_GONE,   /* the table is not there any more */
	ROWS_NUMBER,       /* it has another number of rows */
	ROWS_COLUMNS_GONE, /* as many rows, but columns are not there any more */
	ROWS_CONTENT,      /* as many rows, and they hold something else */
} RowsDifferenceKind;

/* A loss of a table. */
typedef struct {
	RowsDifferenceKind kind;
	char *table; /* as catalog_identity_join writes it */
	gint64 rows_before;
	gint64 rows_after;    /* 0 when the table is gone */
	GStrv columns_gone;   /* not NULL; sorted */
	GStrv columns_differ; /* columns whose values are not the same as before in whatever order; not NULL; sorted.
	                       * Empty with ROWS_CONTENT: the columns hold the same values, but in other rows */
} RowsDifference;

/* The tables of `before` that are not the same in `after`, of RowsDifference *, sorted by name; never NULL. Only
 * columns of `before` count; tables and columns that `after` has on top are no difference. Where a table has other
 * columns now, `after` should have been read "as" `before`: default_value its columns are compared one by one, which
 * does not see values that moved from one row to another. */
GPtrArray *rows_state_compare(const RowsState *before, const RowsState *after);

/* One difference in words: `table "kb.tags" had 20 rows, has 0`, `column "colour" of table "kb.tags" holds other values
 * (the table has 20 rows)`. The caller frees it. */
char *rows_difference_describe(const RowsDifference *difference);

/* All of them, one a line, at most `limit` and then "... and N more". The caller frees it. */
char *rows_differences_describe(const GPtrArray *differences, guint limit);

#endif
