/*
 * JSON that is written from start to end. Keys are the program's own and are taken as they are; texts may hold
 * anything, and are made fit by report_text_clean.
 */
#ifndef REPORT_JSON_TEXT_H
#define REPORT_JSON_TEXT_H

#include <glib.h>
#include <stdbool.h>

typedef struct {
	GString *out;
	bool first; /* nothing stands before in the object or array that is open */
} ReportJson;

/* `key` is NULL in an array, and at the top. A member whose text is NULL is left out with its key. */
void report_json_begin(ReportJson *json, const char *key, char bracket);
void report_json_end(ReportJson *json, char bracket);
void report_json_text(ReportJson *json, const char *key, const char *text);
void report_json_number(ReportJson *json, const char *key, gint64 number);
void report_json_bool(ReportJson *json, const char *key, bool value);
/* Writes nothing if the value is false. */
void report_json_bool_true(ReportJson *json, const char *key, bool value);
void report_json_texts(ReportJson *json, const char *key, const char *const *texts);
/* A line break, for people who read the file. */
void report_json_line(ReportJson *json);

#endif
