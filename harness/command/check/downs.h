/*
 * Downs without a statement, which many teams let their tool make and never fill.
 */
#ifndef COMMAND_CHECK_DOWNS_H
#define COMMAND_CHECK_DOWNS_H

#include "run/job/plan.h"

/* In the folders that no suite names, such a down counts as none: that of a merged migration always, that of a new one
 * where half of the merged ones are empty, too. Prints a line for each folder that has some. The bases have to be
 * known. */
void command_check_downs(const RunPlan *plan);

#endif
