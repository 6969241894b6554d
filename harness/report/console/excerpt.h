/*
 * The line of source that a case is about.
 */
#ifndef REPORT_CONSOLE_EXCERPT_H
#define REPORT_CONSOLE_EXCERPT_H

#include "report/result.h"

/* The source line of the case's position with a caret below its column, two lines; NULL when the position has no
 * column, its file is YAML (the message says more than an entry's first line), or cannot be read. The caller frees it.
 */
char *report_case_excerpt(const ReportCase *test_case);

#endif
