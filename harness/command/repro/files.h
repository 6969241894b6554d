/*
 * The files of a bundle, and where they stand in it.
 */
#ifndef COMMAND_REPRO_FILES_H
#define COMMAND_REPRO_FILES_H

#include "bundle/bundle.h"
#include "run/job/plan.h"

/* Adds the files that the run has read for the suite, without passwords, and the base of its databases; sets the
 * bundle's directory and the suite's path from there. False with *error: they are larger than a bundle may be, or a
 * file is gone. */
bool command_repro_add_files(Bundle *bundle, const RunPlan *plan, const Suite *suite, GError **error);

#endif
