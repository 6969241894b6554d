/*
 * Drift: a database that runs, held against the end of the migrations. It is read only, always.
 */
#ifndef RUN_DRIFT_H
#define RUN_DRIFT_H

#include "run/run.h"
#include "target/reading.h"

typedef struct {
	const RunJob *job;
	DbEndpoint *endpoint;   /* of the database */
	const Migration *until; /* it should have the migrations up to this one; NULL: the migrations in its history */
	TargetReadingOptions reading;
	const RunOptions *run; /* for the scratch server; its console shows the cases */
} RunDrift;

/* Builds the expected state on a scratch database, from the applied migrations (from all of them, if applied ones
 * follow a pending one, or if the history is not known), and reads the target at the same time. *ret_report is the
 * caller's: a case for each top-level object, for each declaration that no object needs, and for each migration; an
 * applied migration after `until` fails. False with *error: a database could not be built or read. */
bool run_drift(const RunDrift *drift, ReportRun **ret_report, GError **error);

#endif
