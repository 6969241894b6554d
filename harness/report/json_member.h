/*
 * Members of JSON objects that another program may have written. A member that is missing or of another type gives
 * NULL, false, or the number `default_value`. The object may be NULL: then it has no members. Results belong to the
 * object unless the function says otherwise.
 */
#ifndef REPORT_JSON_MEMBER_H
#define REPORT_JSON_MEMBER_H

#include <json-glib/json-glib.h>
#include <stdbool.h>

const char *report_json_member_text(JsonObject *object, const char *name);
gint64 report_json_member_number(JsonObject *object, const char *name, gint64 default_value);
bool report_json_member_bool(JsonObject *object, const char *name);
JsonObject *report_json_member_object(JsonObject *object, const char *name);
JsonArray *report_json_member_array(JsonObject *object, const char *name);

/* The texts of an array, NULL-terminated; other elements are skipped. NULL: there is no array. The caller frees it. */
GStrv report_json_member_texts(JsonObject *object, const char *name);

/* Calls the function for each object of the array; other elements are skipped. */
void report_json_each(JsonObject *object, const char *name, void (*read)(JsonObject *item, void *data), void *data);

#endif
