/*
 * Statements of an up that change rows, but found no rows to change: their effect is not proved.
 */
#ifndef CHECK_CHANGES_UNTOUCHED_H
#define CHECK_CHANGES_UNTOUCHED_H

#include "migration/runner/runner.h"

/* Zeroed, it is not watching. */
typedef struct {
	MigrationRunner *runner;
	const MigrationScript *script;
	guint n_seen; /* statements of the script that were run */
	GPtrArray
	    *statements; /* of const MigrationStatement *: statements that found no row; owned by the script; or NULL */
} CheckUntouched;

/* Watches the next run of the script, when it has such a statement: the runner then sends statement by statement. Ended
 * by check_untouched_end. */
void check_untouched_begin(CheckUntouched *untouched, MigrationRunner *runner, const MigrationScript *script);
void check_untouched_end(CheckUntouched *untouched);

/* The positions and beginnings of these statements, one a line; NULL when `statements` is NULL or empty. The caller
 * frees it. */
char *check_untouched_describe(const GPtrArray *statements, const MigrationScript *script);

#endif
