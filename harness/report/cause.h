/*
 * Cases that fail for one reason, as one failure.
 */
#ifndef REPORT_CAUSE_H
#define REPORT_CAUSE_H

#include "report/result.h"

/* Cases of a run that are not ok, and have the same cause. */
typedef struct {
	const ReportSuite *suite; /* of the first case */
	const ReportCase *first;  /* the most informative one */
	GPtrArray *cases;         /* of const ReportCase *, the first one too */
	GPtrArray *suites;        /* of const ReportSuite *: the suite of each */
	char *id;                 /* short, and the same as long as the cause is: for anchors and fingerprints */
} ReportCause;

/* Sets `since` of a case that is not ok, if it is missing: the migration that changed the object of the case. A case
 * without a position gets the position of that migration. The database of the suite has to be known. */
void report_case_find_since(const ReportSuite *suite, ReportCase *test_case);

/* The name of the last migration that changed the object of that identity, or made or dropped what it is part of; NULL:
 * none did. The database owns it. */
const char *report_database_since(const ReportDatabase *database, const char *identity);

/* Sets the missing `since` and `cause` of each case that is not ok: `since` from the changes that migrations made to
 * the object of the case, `cause` from the place of the fault. */
void report_run_find_causes(ReportRun *run);

/* The causes, of ReportCause *, the worst first; the caller unrefs it. They point into the run. */
GPtrArray *report_run_causes(const ReportRun *run);

/* The verdict in one sentence, for the head of a report: "4 faults in 6 cases"; "428 passed". Starts with a capital
 * letter, and has no full stop. The caller frees it. */
char *report_run_verdict(const ReportRun *run);

/* A number of 8 hexadecimal digits that follows from the texts alone: FNV-1a, 32 bit. NULLs are left out. The caller
 * frees it. */
char *report_hash(const char *const *texts, guint n);

/* The anchor of a case: it follows from its class and its name. The caller frees it. */
char *report_case_id(const ReportSuite *suite, const ReportCase *test_case);

#endif
