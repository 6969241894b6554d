/*
 * The requested reports of a command, and the basis of its exit code.
 */
#ifndef COMMAND_OPTION_OUTPUTS_H
#define COMMAND_OPTION_OUTPUTS_H

#include "command/option/result.h"
#include "report/result.h"
#include "run/division.h"

#define COMMAND_REPORT_FOLDER "build/reports"

/* Reads --report FORMAT[=PATH]; `reports` may be NULL. `junit`: without any, JUnit goes to its default place. The
 * caller unrefs it. NULL with *error (BASE_ERROR_USAGE). */
GPtrArray *command_outputs_read(char **reports, bool junit, GError **error);

/* Writes all reports that can be written, and says where; false with the first error when one cannot. */
bool command_outputs_write(const GPtrArray *outputs, const ReportRun *report, GError **error);

/* Replaces each existing report by such a report (below), so that nobody takes the report of an earlier run for this
 * one. False with *error if one cannot be written. */
bool command_outputs_replace(const GPtrArray *outputs, RunShard shard, const char *message, GError **error);

/* Writes the reports of a run that could not be made: the only case is an error with the cause. A report that cannot
 * be written is silently left out, because the cause itself is what has to be reported. */
void command_outputs_write_error(const GPtrArray *outputs, RunShard shard, const char *message);

/* True when a checklist reads one of them later: it needs the commit of the report. */
bool command_outputs_want_commit(const GPtrArray *outputs);

/* True when one of them shows the schema. */
bool command_outputs_want_schema(const GPtrArray *outputs);

/* The report of a run of which nothing else can be said: its only case is an error with the message. The caller frees
 * it. */
ReportRun *command_outputs_report_error(RunShard shard, const char *message);
/* The path of a file beside the first report; NULL: there is none. The caller frees it. */
char *command_outputs_beside(const GPtrArray *outputs, const char *name);

/* COMMAND_OK when something passed and nothing failed. A part of the work may have no case: "report merge" looks at all
 * of them. */
CommandResult command_judge(const ReportRun *report);

#endif
