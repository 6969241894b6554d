/*
 * Folders whose tool is a guess: nothing fails because the tool may be another one.
 */
#ifndef COMMAND_CHECK_GUESS_H
#define COMMAND_CHECK_GUESS_H

#include "report/result.h"
#include "run/job/plan.h"

/* Skips the failures of jobs whose tool is a guess, as far as the guess may be their reason: all of them, where already
 * the merged migrations fail by the rules of that tool; else those about files that are new to it. False with *error
 * (BASE_ERROR_USAGE): no job is left that says anything. */
bool command_check_guess(const RunPlan *plan, ReportRun *report, GError **error);

#endif
