/*
 * All the work on one database of a suite, from an empty scratch database to its last check.
 */
#ifndef RUN_DATABASE_H
#define RUN_DATABASE_H

#include "report/result.h"
#include "run/plan.h"
#include "scratch/database.h"

typedef struct {
	const RunJob *job;
	ScratchServer *server;
	bool keep;        /* the database survives */
	bool keep_failed; /* it survives when a case failed */
	void *data;
	void (*on_case)(ReportCase *test_case, void *data); /* takes ownership */
	void (*on_progress)(const char *what, void *data);  /* the text is the caller's only for the call */
	void (*on_property)(const char *name, const char *value, void *data);
	void (*on_kept)(const char *command, void *data); /* the psql command that opens the database */
} RunDatabase;

/* Does the work; called from a thread of its own. What goes wrong on the way becomes a case, with status errored; false
 * only when the run was interrupted. */
bool run_database(const RunDatabase *run, GError **error);

#endif
