/*
 * Where the databases of a job begin: empty, or with the suite's baseline, which is a dump or the migrations up to a
 * version. It is made once on each server, and the databases of the stages are copies of it.
 */
#ifndef RUN_JOB_STARTING_POINT_H
#define RUN_JOB_STARTING_POINT_H

#include "catalog/reading.h"
#include "report/result.h"
#include "run/job/plan.h"
#include "scratch/database.h"

/* Shared by the threads of one job's stages. */
typedef struct RunStartingPoints RunStartingPoints;

/* The beginning on one server; belongs to the RunStartingPoints. */
typedef struct {
	ScratchServer *server;
	ScratchDatabase *template; /* the template of the databases; NULL: they begin empty */
	const char *stored;        /* the job's: the name that the template gets at the end; NULL: it is dropped */
	bool made;                 /* this run has made it */
	GPtrArray *migrations;     /* of Migration *: the remaining migrations, in their order */
	CatalogSnapshot *catalog;  /* of the template, or NULL */
	CatalogReading *reading;   /* of the template, from which readings of copies go on; or NULL */
	GPtrArray *others;         /* tables that nothing of `migrations` reaches (reach.h), NULL-terminated; or NULL */
	CatalogExclusions exclusions; /* the job's; the others get no rows */
	ReportCase *test_case;        /* how making it went; NULL without a baseline. The stage baseline takes it */
	bool failed;                  /* it could not be made; the case has the reason */
	char *failure;                /* that reason, which stays when the case is taken; or NULL */
	GHashTable *reached;          /* of names: migrations that a tool which runs them itself has applied on a
	                               * copy; or NULL */
	char *refusal;                /* the tool's refusal to go on there; NULL: it goes on */
} RunStartingPoint;

/* The job must have a MigrationSet, and outlive it. */
RunStartingPoints *run_starting_points_new(const RunJob *job);
void run_starting_points_free(RunStartingPoints *baseline); /* takes NULL; the servers must still exist */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunStartingPoints, run_starting_points_free)

/* The beginning on the server, which the first call makes. NULL with *error when nothing can go on: no database is to
 * be had, the run is interrupted. */
RunStartingPoint *run_starting_points_get(RunStartingPoints *baseline, ScratchServer *server,
                                          const MigrationStandIns *stand_ins, GError **error);

/* The same for a command: an error of the server is an error here, too (BASE_ERROR_MIGRATION, with the position). */
bool run_starting_point_apply(const RunJob *job, DbSession *session, const MigrationStandIns *stand_ins,
                              GError **error);

#endif
