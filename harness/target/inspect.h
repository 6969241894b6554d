/*
 * A report on a live database: growth, unused objects, slow statements.
 */
#ifndef TARGET_INSPECT_H
#define TARGET_INSPECT_H

#include "db/session.h"

typedef struct {
	const char *name;      /* "unused_indexes" */
	const char *title;     /* for people */
	const char *advice;    /* what to do where there are rows, and why; NULL: they are only to be looked at */
	const char *extension; /* that has to be there; or NULL */
	const char *sql;       /* all of its columns are shown, under their names */
} TargetInspection;

/* The table; the last row has no name. */
const TargetInspection *target_inspections(void);

/* Asks in the transaction of target_reading_open. *ret_rows is the caller's; NULL: it cannot be asked, and *ret_why
 * says why, owned by the caller. False with *error when the session cannot go on. */
bool target_inspect(const TargetInspection *inspection, DbSession *session, DbResult **ret_rows, char **ret_why,
                    GError **error);

#endif
