/*
 * Folders of migrations that depend on objects of another folder: no suite says so, and alone they cannot be tested.
 */
#ifndef COMMAND_CHECK_ORDER_H
#define COMMAND_CHECK_ORDER_H

#include "run/run.h"

/* Where a folder without a suite fails because something does not exist that another folder of the plan makes, its
 * failures become cases that are skipped, with the way to say the order. */
void command_check_order(const RunPlan *plan, ReportRun *report);

#endif
