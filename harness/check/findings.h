/*
 * The findings of one case: the first one is its message, all of them are its details.
 */
#ifndef CHECK_FINDINGS_H
#define CHECK_FINDINGS_H

#include "report/result.h"

/* Differences that a case lists before "... and N more". */
#define CHECK_DIFFERENCES_SHOWN 50

/* Zeroed, it is empty. */
typedef struct {
	char *first;
	GString *all;
	guint n;
	gsize shown; /* bytes of `all` that a list of CHECK_DIFFERENCES_SHOWN has */
} CheckFindings;

void check_findings_clear(CheckFindings *findings);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckFindings, check_findings_clear)

/* Adds a finding: `summary` for the message (one line), and the lines of `details` for the details. */
void check_findings_add(CheckFindings *findings, const char *summary, const char *details);

/* Makes the case fail, when there is any. Details that the message ends with are not said again. */
void check_findings_report(const CheckFindings *findings, ReportCase *test_case);

/* The same, for findings of equal weight: of several, the message is the first one, and how many more there are of
 * `what` ("finding", "findings"); at most CHECK_DIFFERENCES_SHOWN are listed. */
void check_findings_report_all(const CheckFindings *findings, const char *what, const char *whats,
                               ReportCase *test_case);

#endif
