/*
 * One case, run once more, with the database that shows it.
 */
#ifndef COMMAND_REPRO_AGAIN_H
#define COMMAND_REPRO_AGAIN_H

#include "run/run.h"

/* Servers first: they outlive the databases. */
typedef struct {
	GPtrArray *servers;          /* of ScratchServer * */
	RunResult result;            /* of the case alone */
	const ReportCase *test_case; /* in there; NULL: it was not reached */
	ScratchDatabase *database;   /* in there, or NULL: as the case has failed, or as its stage has ended */
} CommandReproAgain;

/* Runs the first case that matches the pattern of --only, and stops if it fails. `options` give the servers; their
 * servers, if there are any, are used and have to outlive the result. Must be called before the process has other
 * threads. False with *error. */
bool command_repro_again(const RunPlan *plan, const RunOptions *options, const char *pattern,
                         CommandReproAgain *ret_again, GError **error);

void command_repro_again_clear(CommandReproAgain *again);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CommandReproAgain, command_repro_again_clear)

#endif
