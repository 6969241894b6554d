/*
 * The object that an error of the server names.
 */
#ifndef REPORT_CAUSE_ERROR_H
#define REPORT_CAUSE_ERROR_H

#include "report/result.h"

/* The server names columns and tables without their schema: `column "name" of relation "orgs" does not exist`. Returns
 * the identity ("kb.orgs.name") of the object that a migration of the database removed, or that it added or changed
 * where a column holds a null value; NULL: the case has no such error, or no migration did. The database owns it. */
const char *report_error_find_object(const ReportDatabase *database, const ReportCase *test_case);

/* The server's error, where it names an object: cases with the same one fail for the same reason. NULL: it names none.
 * The caller frees it. */
char *report_error_line(const ReportCase *test_case);

#endif
