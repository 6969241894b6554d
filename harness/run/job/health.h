/*
 * Whether the results of a run can be trusted. If the server is lost, everything fails, and so does everything that a
 * signal interrupts: such failures say nothing about a migration.
 */
#ifndef RUN_JOB_HEALTH_H
#define RUN_JOB_HEALTH_H

#include "report/result.h"
#include "scratch/server.h"

typedef struct RunHealth RunHealth;

RunHealth *run_health_new(void);
void run_health_free(RunHealth *health); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunHealth, run_health_free)

/* Remembers which server it is. Of one that is not watched it only counts that it answers. False with *error when it
 * does not answer. */
bool run_health_watch(RunHealth *health, ScratchServer *server, GError **error);

/* False when the run is interrupted, or has lost the server: then the case may not be reported, and the run ends as
 * after an interruption. Any thread may ask. Only a case that is not passed is worth asking the server for. */
bool run_health_confirm(RunHealth *health, ScratchServer *server, const ReportCase *test_case);

/* True when a server was lost. */
bool run_health_is_lost(RunHealth *health);

/* Ends the run as an interruption does, because a case failed and later ones are not wanted. */
void run_health_stop(RunHealth *health);
bool run_health_is_stopped(RunHealth *health);

/* The case that ends each suite of a run that was interrupted, was stopped or has lost a server: the first one is an
 * error, which says why, unless the run was stopped; in the others it is skipped. */
ReportCase *run_health_end_case(RunHealth *health);

#endif
