/*
 * The report as JSON: all that the model holds. docs/schema/report.json describes it.
 */
#ifndef REPORT_FORMAT_JSON_H
#define REPORT_FORMAT_JSON_H

#include "report/result.h"

/* Grows when a reader of before would misread it; a new member is no such change. */
#define REPORT_JSON_VERSION 1

/* Reads what report_json_write has written, in this version or an older one. NULL with *error (BASE_ERROR_INPUT) that
 * has the path when it cannot be read, is no such report, or is newer. */
ReportRun *report_json_read(const char *path, GError **error);

#endif
