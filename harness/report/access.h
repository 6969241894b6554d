/*
 * Who may do what with the rows of a table: as it was tried, or as the catalog says. check/kind/ makes it.
 */
#ifndef REPORT_ACCESS_H
#define REPORT_ACCESS_H

#include "base/source.h"

typedef enum {
	REPORT_SELECT,
	REPORT_INSERT,
	REPORT_UPDATE,
	REPORT_DELETE,
	REPORT_N_ACTIONS,
} ReportAction;

/* "SELECT". */
const char *report_action_name(ReportAction action);

/* How far the action comes. */
typedef enum {
	REPORT_REACH_UNKNOWN, /* not examined */
	REPORT_REACH_REFUSED, /* it is an error */
	REPORT_REACH_NONE,    /* it comes to no row, and is no error */
	REPORT_REACH_SOME,    /* to some: policies decide */
	REPORT_REACH_ALL,     /* to all rows; of INSERT: it is taken */
	REPORT_N_REACHES,
} ReportReach;

/* "refused", "none", "some", "all"; NULL: unknown. */
const char *report_reach_name(ReportReach reach);

typedef struct {
	ReportReach reach;
	gint64 rows;    /* so many in the trial; below 0: not counted */
	gint64 of;      /* number of existing rows; below 0: not known */
	char *expected; /* the suite's expectation, if it is not met: "2 rows", "refused"; or NULL */
} ReportAccessCell;

typedef struct {
	char *table; /* "public.orders" */
	char *role;
	char *settings;          /* of its session: "app.user_id = 7"; or NULL */
	char *where;             /* the rows that it was tried on, as SQL; NULL: all */
	char *values;            /* that an INSERT or UPDATE tried to write: "inserts id = 4"; or NULL */
	bool tried;              /* false: derived from the catalog */
	SourcePosition position; /* of the line of the suite that tries it */
	ReportAccessCell cells[REPORT_N_ACTIONS];
} ReportAccess;

/* Nothing is known of any action. */
ReportAccess *report_access_new(const char *table, const char *role);
void report_access_free(ReportAccess *access); /* takes NULL */

/* True when the result differs from the suite's expectation. */
bool report_access_is_bad(const ReportAccess *access);

/* The reach that so many rows of so many are. */
ReportReach report_reach_of(gint64 rows, gint64 of);

#endif
