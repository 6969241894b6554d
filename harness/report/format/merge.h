/*
 * Several runs as one: the parts of a run on several machines.
 */
#ifndef REPORT_FORMAT_MERGE_H
#define REPORT_FORMAT_MERGE_H

#include "report/result.h"

/* Joins the runs (of ReportRun *, which lose their cases to the new one; paths[i] names the file of runs[i]): suites of
 * one name and path become one, a case that two of them have, with the same result, is there once. A part that is
 * missing is a case that could not be tested: less than all is never green. NULL with *error (BASE_ERROR_USAGE) when
 * two files are the same part, or are of divisions into different numbers of parts. */
ReportRun *report_merge(GPtrArray *runs, const char *const *paths, GError **error);

#endif
