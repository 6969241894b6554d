/*
 * Scalars and lists as YAML text.
 */
#ifndef CATALOG_YAML_H
#define CATALOG_YAML_H

#include <glib.h>
#include <stdbool.h>

/* Appends the text as a scalar on one line: plain where every reader of YAML 1.1 and 1.2 takes it for this very
 * string, else in double quotes. `flow`: it stands inside [] or {}. */
void catalog_yaml_append(GString *yaml, const char *text, bool flow);

/* Appends the JSON array of texts as a list in flow form. */
void catalog_yaml_append_list(GString *yaml, const char *json);

/* True when the text reads better as a block scalar, and can be one. */
bool catalog_yaml_is_block(const char *text);

/* Appends the text as a literal block scalar: its header and its lines, indented by `indent` spaces, with the
 * final line break. */
void catalog_yaml_append_block(GString *yaml, const char *text, guint indent);

#endif
