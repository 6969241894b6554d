/*
 * Declarations that the files that read reports in JSON share.
 */
#ifndef REPORT_FORMAT_JSON_PRIVATE_H
#define REPORT_FORMAT_JSON_PRIVATE_H

#include "report/json_member.h"
#include "report/result.h"

/* "file", "line" and "column". */
SourcePosition report_json_member_position(JsonObject *object);

/* Reads the effects of the statements of a case (json_read_observation.c); NULL if the case has none. */
ReportObservation *report_json_read_observation(JsonObject *test_case);

/* json_read_evidence.c: sets access and checklist item of the case; adds the observations of a target. */
void report_json_read_evidence(JsonObject *object, ReportCase *test_case);
void report_json_read_watched(JsonObject *object, ReportSuite *suite);

#endif
