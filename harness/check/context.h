/*
 * What a check gets to work with.
 */
#ifndef CHECK_CONTEXT_H
#define CHECK_CONTEXT_H

#include "catalog/snapshot.h"
#include "migration/runner.h"
#include "report/result.h"
#include "scratch/database.h"
#include "suite/suite.h"

/* A database of a suite with all its migrations applied. Everything is borrowed. */
typedef struct {
	const SuiteDatabase *suite_database;
	ScratchServer *server;
	DbSession *session; /* idle, with the server's own settings */
	const CatalogSnapshot *snapshot;
	/* Takes a finished case, and ownership of it. */
	void (*report)(ReportCase *test_case, void *data);
	void *report_data;
} CheckContext;

/* A new case of this context's database. */
ReportCase *check_case_new(const CheckContext *context, const char *stage, const char *name, SourcePosition position);

/* Hands the case over. */
void check_case_report(const CheckContext *context, ReportCase *test_case);

#endif
