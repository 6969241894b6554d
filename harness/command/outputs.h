/*
 * The reports that a command was asked for, and what its exit code follows from.
 */
#ifndef COMMAND_OUTPUTS_H
#define COMMAND_OUTPUTS_H

#include "command/command.h"
#include "report/result.h"

#define COMMAND_REPORT_FOLDER "build/reports"

/* Reads --report FORMAT[=PATH]; `reports` may be NULL. `junit`: without any, JUnit goes to its default place. The
 * caller unrefs it. NULL with *error (BASE_ERROR_USAGE). */
GPtrArray *command_outputs_read(char **reports, bool junit, GError **error);

/* Writes all reports that can be written, and tells where; false with the first error when one cannot. */
bool command_outputs_write(const GPtrArray *outputs, const ReportRun *report, GError **error);

/* COMMAND_OK when something passed and nothing failed. */
CommandResult command_judge(const ReportRun *report);

#endif
