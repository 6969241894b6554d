/*
 * Tries the operations of an application on tables and views after a migration: what worked before has to work after
 * it.
 *
 * On each table that the migration can affect, a row is inserted (with values of an existing row; columns with a
 * default or an identity are left to the server), another one updated, one deleted; views are read and written,
 * materialized views read and refreshed. Triggers run. All of it happens in a session of its own, which is rolled back,
 * and sequences are put back to their positions.
 */
#ifndef CHECK_WRITES_WRITES_H
#define CHECK_WRITES_WRITES_H

#include "check/workspace/workspace.h"
#include "check/writes/functions.h"
#include "report/result.h"
#include "rows/state/state.h"

/* The results of the last trials, for one database. */
typedef struct CheckWrites CheckWrites;

CheckWrites *check_writes_new(void);
void check_writes_free(CheckWrites *writes); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckWrites, check_writes_free)

/* One migration that was applied, and its tables filled. */
typedef struct {
	CheckWorkspace *workspace;     /* its database stands behind the migration, and its session is idle */
	const Migration *migration;    /* NULL: only what works is found out, and nothing is judged */
	const CatalogSnapshot *before; /* NULL: everything is tried, or "only" */
	const GPtrArray *only;         /* of const CatalogObject * of relations and functions; NULL: all */
	const CatalogSnapshot *after;  /* where before is given */
	const RowsState *rows_before;  /* the contents of the tables before the migration; if `before` is given */
	const RowsState *rows_after;   /* and right behind it, before they were filled */
	bool given_rows;               /* tables have rows that the suite brings, with ids of their own */
	const char *accepted;          /* the reason why the loss of an operation is intended; or NULL */
	ReportCase *test_case;         /* gets the result; its output lists what could not be tried; or NULL */
} CheckWritesStep;

/* Tries the operations that the migration can affect, and judges them by the earlier results. *ret_tried is their
 * number; *ret_declared: the loss that `accepted` is for was found. If a time limit stops a statement, the migration
 * has not failed: the case is skipped. False with *error only if nothing can go on. */
bool check_writes_prove(CheckWrites *writes, const CheckWritesStep *step, guint *ret_tried, bool *ret_declared,
                        GError **error);

/* Whether functions in PL/pgSQL were checked by plpgsql_check. */
CheckFunctionsState check_writes_functions_state(const CheckWrites *writes);

/* At the end of a history: materialized views that cannot be read, because no migration has filled them, in words, one
 * a line; NULL when there are none. The caller frees it. */
char *check_writes_describe_unfilled(const CheckWrites *writes);

#endif
