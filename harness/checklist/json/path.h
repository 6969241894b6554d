/*
 * JSONPath, as RFC 9535 defines it.
 */
#ifndef CHECKLIST_JSON_PATH_H
#define CHECKLIST_JSON_PATH_H

#include <json-glib/json-glib.h>
#include <stdbool.h>

/* A query that was read. Immutable. */
typedef struct ChecklistPath ChecklistPath;

/* Reads a query such as $.services[?@.name == "web"].id. NULL when it is none: *ret_problem says why, and *ret_offset
 * where, in bytes; the caller frees it. */
ChecklistPath *checklist_path_parse(const char *text, char **ret_problem, gsize *ret_offset);
void checklist_path_free(ChecklistPath *path); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChecklistPath, checklist_path_free)

/* The values that it finds, of JsonNode *, in the document, which stays the caller's and must outlive the array. At
 * most CHECKLIST_PATH_MAX of them. The caller unrefs it. */
#define CHECKLIST_PATH_MAX 100000
GPtrArray *checklist_path_find(const ChecklistPath *path, JsonNode *root);

/* True when both are the same value: numbers are compared by value, objects without regard to the order of members. */
bool checklist_json_equal(JsonNode *a, JsonNode *b);

#endif
