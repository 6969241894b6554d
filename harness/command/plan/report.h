/*
 * "pgassay plan" as a report.
 */
#ifndef COMMAND_PLAN_REPORT_H
#define COMMAND_PLAN_REPORT_H

#include "command/plan/work.h"
#include "report/result.h"

/* Of work that is done. The caller frees it. */
ReportRun *command_plan_report(const CommandPlanWork *work);

#endif
