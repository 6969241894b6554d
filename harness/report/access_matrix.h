/*
 * Who may do what in each database of a run, as the page and Markdown show it: a row for each table and role.
 */
#ifndef REPORT_ACCESS_MATRIX_H
#define REPORT_ACCESS_MATRIX_H

#include "report/result.h"

typedef struct {
	const ReportCase *test_case; /* the check that found it */
	const ReportAccess *access;
	const ReportObject *table; /* or NULL: it is not among the objects of the report */
	guint place;
} ReportAccessRow;

typedef struct {
	const ReportSuite *suite;
	const char *database;
	GArray *rows; /* of ReportAccessRow: by table, those of the catalog before those from trials */
	guint bad;    /* rows that are not as expected */
} ReportAccessMatrix;

/* The matrices (ReportAccessMatrix *) of all databases of which something is known. What several checks read in the
 * catalog is there once. The caller unrefs the array; it points into the run. */
GPtrArray *report_access_matrices(const ReportRun *run);

/* True when the row is not as expected, or the migrations change its table. */
bool report_access_row_is_important(const ReportAccessRow *row);

#endif
