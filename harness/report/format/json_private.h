/*
 * What the files that read reports in JSON share. A member that is missing, or is of another kind, is NULL, 0 or false.
 */
#ifndef REPORT_FORMAT_JSON_PRIVATE_H
#define REPORT_FORMAT_JSON_PRIVATE_H

#include "report/result.h"

#include <json-glib/json-glib.h>

const char *report_json_member_text(JsonObject *object, const char *name);
gint64 report_json_member_number(JsonObject *object, const char *name, gint64 otherwise);
bool report_json_member_bool(JsonObject *object, const char *name);
/* "file", "line" and "column". */
SourcePosition report_json_member_position(JsonObject *object);

/* Calls the function for each object of the array; what is none is passed over. */
void report_json_each(JsonObject *object, const char *name, void (*read)(JsonObject *item, void *data), void *data);

/* What the statements of a case did (json_observation.c); NULL: the case says nothing of it. */
ReportObservation *report_json_read_observation(JsonObject *test_case);

/* json_evidence.c: sets what the case says of access, and its item; adds what was seen of a target. */
void report_json_read_evidence(JsonObject *object, ReportCase *test_case);
void report_json_read_watched(JsonObject *object, ReportSuite *suite);

#endif
