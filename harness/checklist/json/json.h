/*
 * JSON bodies: those of answers, and those that a suite writes as YAML.
 */
#ifndef CHECKLIST_JSON_H
#define CHECKLIST_JSON_H

#include "suite/document.h"

#include <json-glib/json-glib.h>

/* Levels that a body may have; deeper ones are refused before they are read. */
#define CHECKLIST_JSON_DEPTH 200

/* Reads a body. NULL: it is no JSON; *ret_problem says why, owned by the caller. */
JsonNode *checklist_json_parse(const char *text, gsize length, char **ret_problem);

/* Replaces each {{name}} in a text of the suite by its value. For a text that is one {{name}} alone, it may set
 * *ret_value to a JSON value instead. The caller frees the result. */
typedef char *(*ChecklistSubstitute)(const char *text, JsonNode **ret_value, gpointer data);

/* The JSON value of the YAML: null, true, 7 and 1.5 without quotes keep their type, other scalars are texts.
 * `substitute` may be NULL. The caller unrefs it. */
JsonNode *checklist_json_from_yaml(const SuiteNode *node, ChecklistSubstitute substitute, gpointer data);

/* In one line; the caller frees it. */
char *checklist_json_write(JsonNode *node);

#endif
