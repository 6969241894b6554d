/*
 * The database at the end of a suite's migrations, for commands that look at it.
 */
#ifndef RUN_BUILD_H
#define RUN_BUILD_H

#include "check/workspace/workspace.h"
#include "run/job/plan.h"

/* How far, and with which rows. */
typedef struct {
	const Migration
	    *until;  /* of the job's set: up to this one, one by one; NULL: all, grouped as the tool groups them */
	bool before; /* without it */
	bool data;   /* the rows that the suite gives, each behind its migration; one by one, too */
	const GPtrArray *seeds; /* of SuiteData *: files that are loaded at the end; NULL: none */
	guint rows;             /* generated rows for each table that is empty at the end; 0: none */
} RunBuildOptions;

/* Makes a new scratch database on the server, and applies the migrations of the job to it. The
 * caller closes the workspace, before it unrefs ret_stand_ins->sources. False with *error: a migration failed
 * (BASE_ERROR_MIGRATION, with the place), a file with rows is wrong (BASE_ERROR_INPUT), or no database could be had. */
bool run_build_with(const RunJob *job, const RunBuildOptions *options, ScratchServer *server,
                    CheckWorkspace *ret_workspace, MigrationStandIns *ret_stand_ins, GError **error);

/* The same, with all migrations and no rows. */
bool run_build(const RunJob *job, ScratchServer *server, CheckWorkspace *ret_workspace,
               MigrationStandIns *ret_stand_ins, GError **error);

#endif
