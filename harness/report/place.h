/*
 * Helpers that the formats for other programs share.
 */
#ifndef REPORT_PLACE_H
#define REPORT_PLACE_H

#include "report/cause.h"

/* The file that the case is about, relative to the current folder; a folder or nothing: the suite's file. The caller
 * frees it; NULL when not even that is known. *ret_line is at least 1. */
char *report_case_file(const ReportSuite *suite, const ReportCase *test_case, guint *ret_line);

/* All that a reader of one case wants, in lines: the message, expected, since, details, what to do, the command. The
 * caller frees it. */
char *report_case_text(const ReportCase *test_case);

/* A fingerprint that stays when lines move, and differs for two cases: of class, name and cause. The caller frees it.
 */
char *report_case_fingerprint(const ReportSuite *suite, const ReportCase *test_case);

/* Cases that are not ok, of ReportBad *: one of each cause, the worst first, and those of new migrations before others;
 * then the others of each cause. The caller unrefs it. */
typedef struct {
	const ReportSuite *suite;
	const ReportCase *test_case;
	bool is_new;
} ReportBad;
GPtrArray *report_run_bad(const ReportRun *run);

#endif
