/*
 * The facts of a case that are not texts; for result.c, which makes and frees cases.
 */
#ifndef REPORT_FACTS_H
#define REPORT_FACTS_H

#include "report/result.h"

/* Lines of a file that an excerpt has before and after the marked lines, and the most marked lines. */
#define REPORT_EXCERPT_AROUND 2
#define REPORT_EXCERPT_MARKED 8

void report_case_clear_facts(ReportCase *test_case);
/* Moves them; those of `from` that are not there leave the others as they are. */
void report_case_take_facts(ReportCase *test_case, ReportCase *from);
/* Sets the hint from the lines "hint: ..." of the details. */
void report_case_find_hint(ReportCase *test_case);

#endif
