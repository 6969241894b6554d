/*
 * Plausible rows: generated rows that a migration works on, if there are such rows.
 *
 * A schema may allow rows that do not occur in practice: an id that refers to nothing before the foreign key exists, a
 * NaN, a text that is not JSON. A migration that fails on those is not necessarily wrong; it has preconditions on data,
 * which are checked on the target before the migration runs there.
 */
#ifndef CHECK_PLAUSIBLE_H
#define CHECK_PLAUSIBLE_H

#include "check/workspace/workspace.h"
#include "migration/runner/runner.h"
#include "rows/precondition/precondition.h"

typedef struct {
	CheckWorkspace *workspace; /* stands before the migration, without generated rows; its session is idle */
	const Migration *migration;
	guint n_rows;
	bool all; /* rows that keep to everything, whether the server has spoken of it or not */
	/* Why the migration fails on rows that the schema allows; NULL members where it does not. */
	const char *message;
	const char *sqlstate;
	const char *statement; /* in which it fails; or NULL */
} CheckPlausible;

typedef struct {
	bool found;
	bool catalog_stays; /* the rows that were found have made nothing in the catalog */
	bool moderate;      /* only moderate values will do, for a reason that no precondition names */
	char *reason;       /* the server's error for other rows; or NULL */
	MigrationOutcome
	    blocked; /* if no rows pass: how it failed on rows that satisfy all preconditions, if they were tried */
	GPtrArray *preconditions; /* of RowsPrecondition *; the enforced ones are needed by the migration; or NULL */
} CheckPlausibleRows;

void check_plausible_rows_clear(CheckPlausibleRows *rows);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckPlausibleRows, check_plausible_rows_clear)

/* Looks for rows with which the migration's up succeeds. It first enforces only the preconditions that the server's
 * message names, in the end all of them. If it finds such rows, the workspace's tables are filled with them
 * (`filled` and ret_unfilled as for rows_fill); else the tables are left without rows, and ret_rows->found is false:
 * no rows can pass. False with *error when nothing can go on. */
bool check_plausible_find(const CheckPlausible *plausible, RowsFilled *filled, GPtrArray *ret_unfilled,
                          CheckPlausibleRows *ret_rows, GError **error);

/* Appends what the statements of the up say: the texts that they cast, and the tables in whose place they put new ones
 * with the same rows. As rows_before_learn_moved. False with *error. */
bool check_plausible_learn_script(const RowsBefore *before, DbSession *session, const Migration *migration,
                                  GPtrArray *preconditions, GError **error);

#endif
