/*
 * A bundle, put into a folder and loaded as a plan of work.
 */
#ifndef COMMAND_REPRO_LOAD_H
#define COMMAND_REPRO_LOAD_H

#include "bundle/bundle.h"
#include "run/job/plan.h"
#include "scratch/folder.h"

typedef struct {
	Bundle *bundle;
	RunPlan *plan;
	char folder[SCRATCH_FOLDER_MAX];
	int lock;
	char *before; /* the directory that the process was in */
} CommandReproLoaded;

/* The process is in the directory of the bundle's run from then on, so that paths mean the same. False with *error:
 * the bundle cannot be used (BASE_ERROR_INPUT), or there is no room for it (BASE_ERROR_ENVIRONMENT). */
bool command_repro_load(const char *path, CommandReproLoaded *ret_loaded, GError **error);

/* Goes back to the directory before, and removes the folder. */
void command_repro_loaded_clear(CommandReproLoaded *loaded);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CommandReproLoaded, command_repro_loaded_clear)

#endif
