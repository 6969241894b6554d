/*
 * The preconditions on data of a run as a file for psql: what to ask a database before its migrations run.
 */
#ifndef REPORT_FORMAT_PRECONDITIONS_H
#define REPORT_FORMAT_PRECONDITIONS_H

#include "report/result.h"

/* How many preconditions all cases have. */
guint report_preconditions_count(const ReportRun *run);

/* Writes the file, migration by migration in the order of the cases, with a comment on each query that gives its
 * purpose. Without preconditions no file is written, and one of an earlier run is removed. False with *error. */
bool report_preconditions_write(const ReportRun *run, const char *path, GError **error);

#endif
