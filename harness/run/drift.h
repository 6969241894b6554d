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
	const Migration *until; /* it should have the migrations up to this one; NULL: those that its history has */
	TargetReadingOptions reading;
	const RunOptions *run; /* for the scratch server; its console shows the cases */
} RunDrift;

/* Builds on a scratch database what the migrations make that are applied (the end of all, where what is pending stands
 * between others, or the history is not known), and reads the other one at the same time. *ret_report is the
 * caller's: a case for each object at the top, for each declaration that nothing is ignored by, and for each migration;
 * one after `until` that is applied fails.
 * False with *error: a database could not be built or read. */
bool run_drift(const RunDrift *drift, ReportRun **ret_report, GError **error);

#endif
