/*
 * Preconditions on data: conditions of a migration on the rows that exist before it.
 *
 * They are read from the database: everything that the migration has added to existing tables (constraints, unique
 * indexes, NOT NULL, other types, rows of its own), on a database without generated rows. Each one is a query that
 * returns the rows that violate it, and can be enforced while rows are generated.
 */
#ifndef ROWS_PRECONDITION_H
#define ROWS_PRECONDITION_H

#include "rows/fill.h"

/* In the order in which they are held: a key needs the unique index that it points to. */
typedef enum {
	ROWS_PRECONDITION_TYPE,
	ROWS_PRECONDITION_NOT_NULL,
	ROWS_PRECONDITION_UNIQUE,
	ROWS_PRECONDITION_CHECK,
	ROWS_PRECONDITION_KEY,
	ROWS_PRECONDITION_SEED,
} RowsPreconditionKind;

typedef struct {
	RowsPreconditionKind kind;
	char *table;      /* as catalog_identity_join writes it */
	char *column;     /* unquoted; NULL where it is not one */
	char *constraint; /* by which name the server refuses a row that breaks it; or NULL */
	char *meaning;    /* "no row of public.orders has NULL in \"note\"" */
	char *query;      /* a SELECT that gives what breaks it: nothing, where it holds; NULL: not to be had in SQL */
	char *hold;       /* the SQL that makes the server refuse rows that break it; NULL: it cannot be held */
	char *release;    /* takes that back, and nothing else; or NULL */
	char *sequence; /* of the keys of rows that the migration inserts, quoted; it is ahead while it is held; or NULL
	                 */
	gint64 ahead;   /* so far */
	bool of_labels; /* it leaves out labels of an enum that the migration makes another type of */
	bool held;      /* rows_fill_plausible is to keep to it */
} RowsPrecondition;

void rows_precondition_free(RowsPrecondition *precondition); /* takes NULL */

/* The tables and columns before a migration. */
typedef struct RowsBefore RowsBefore;

/* Reads them, in the open transaction, and leaves its settings as they are. exclusions may be NULL. NULL with *error.
 */
RowsBefore *rows_before_read(DbSession *session, const CatalogExclusions *exclusions, GError **error);
void rows_before_free(RowsBefore *before); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RowsBefore, rows_before_free)

/* The preconditions of the migration, of RowsPrecondition *, none of them enforced yet. It has run on the same
 * database, or on a copy of it, in the open transaction, or before that began; the tables had no generated rows. The
 * transaction is to be rolled back. The caller unrefs the list. NULL with *error. */
GPtrArray *rows_before_learn(const RowsBefore *before, DbSession *session, GError **error);

/* Holds those of which the server's refusal speaks; false when there are none that were not held before. */
bool rows_preconditions_hold(GPtrArray *preconditions, const char *message, const char *sqlstate);

/* As rows_fill, in the open transaction, with rows that satisfy the enforced preconditions (may be NULL); when
 * `tame`, of moderate values only. A precondition that cannot be enforced is left out: its `hold` is NULL then. */
bool rows_fill_plausible(DbSession *session, const CatalogExclusions *exclusions, guint n_rows, bool tame,
                         GPtrArray *preconditions, RowsFilled *filled, GPtrArray *ret_unfilled, GError **error);

#endif
