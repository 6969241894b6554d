/* Declarations for the files of rows/ about states; no other folder includes it. */
#ifndef ROWS_STATE_PRIVATE_H
#define ROWS_STATE_PRIVATE_H

#include "rows/state/state.h"

typedef struct {
	char *name;
	char *type;
	char *type_oid;
	char *number; /* attnum: a column that was dropped and added again has another one */
	char *sum;    /* over the column's values */
} RowsColumn;

/* One table. Immutable once it is in a state; shared by the states that took it over. */
typedef struct {
	gatomicrefcount references;
	char *oid;
	char *schema;
	char *name;
	char *identity;
	char *file_node;   /* changes when the table is rewritten or truncated */
	bool is_empty;     /* it has no pages */
	bool has_own_type; /* a column's type is not PostgreSQL's own: renaming a label changes the text of its
	                    * values */
	bool has_names;    /* a column holds names of objects (regclass), which renaming these changes */
	GArray *columns;   /* of RowsColumn, sorted by name */
	GStrv key;         /* the columns of the primary key; NULL without one */
	gint64 n_rows;
	char *sum;      /* over the rows */
	GStrv as_names; /* NULL, or the columns that as_sum is over: fewer than the table has */
	char *as_sum;
} RowsTable;

/* An empty one, with one reference. */
RowsTable *rows_table_new(void);
RowsTable *rows_table_ref(RowsTable *table);
void rows_table_unref(RowsTable *table); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RowsTable, rows_table_unref)

/* The names of the columns, which stay the table's. The caller frees the array. */
const char **rows_table_column_names(const RowsTable *table);
int rows_table_last_column(const RowsTable *table);                            /* its number; 0: there is none */
const RowsColumn *rows_table_column(const RowsTable *table, const char *name); /* or NULL */

struct RowsState {
	gatomicrefcount references;
	GPtrArray *tables;   /* of RowsTable *, sorted by identity */
	GHashTable *by_name; /* identity -> RowsTable * of `tables` */
	GHashTable
	    *counters;     /* OID -> rows that the session has written there, as text; tables with none are not in it */
	char *transaction; /* what distinguishes the transaction that it was read in from all others */
	guint n_read;
};

RowsState *rows_state_new(void);
void rows_state_add(RowsState *state, RowsTable *table); /* takes the reference */
void rows_state_sort(RowsState *state);
const RowsTable *rows_state_table(const RowsState *state, const char *identity); /* or NULL */

/* As rows_state_update, but only of the tables that `known` has. */
RowsState *rows_state_update_known(DbSession *session, const RowsState *known, GError **error);

#endif
