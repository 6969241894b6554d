/*
 * Cases as JSON: items of a report, or lines by themselves.
 */
#ifndef REPORT_JSON_CASE_H
#define REPORT_JSON_CASE_H

#include "report/json_text.h"
#include "report/result.h"

/* Appends the case as an object. The event, where it is given, comes first, and the suite's name behind it: for an
 * object that stands alone. */
void report_json_case(ReportJson *json, const char *event, const ReportSuite *suite, const ReportCase *test_case);

/* "file": the path, relative to the current folder; NULL: nothing. */
void report_json_path(ReportJson *json, const char *path);
/* "file", "line" and "column", as far as they are known. */
void report_json_position(ReportJson *json, SourcePosition position);
/* "statements" and "findings"; NULL: nothing. */
void report_json_observation(ReportJson *json, const ReportObservation *observation);
/* json_evidence.c: "access", "item", "watched"; NULL: nothing. */
void report_json_access(ReportJson *json, const GPtrArray *accesses);
void report_json_item(ReportJson *json, const ReportItem *item);
void report_json_watched(ReportJson *json, const GPtrArray *sightings);
/* "counts": passed, failed, errors, skipped. */
void report_json_counts(ReportJson *json, ReportCounts counts);

#endif
