/*
 * An editor that completes and checks suites and fixtures.
 */
#ifndef COMMAND_INIT_EDITOR_H
#define COMMAND_INIT_EDITOR_H

#include <glib.h>
#include <stdbool.h>

#define COMMAND_INIT_SCHEMAS ".pgassay"

/* The first line of a suite or a fixture in a folder of the working directory: where an editor finds its schema.
 * `kind` is "suite" or "fixture". The caller frees it. */
char *command_init_editor_line(const char *kind);

/* Writes both schemas, those of this program, into COMMAND_INIT_SCHEMAS in the working directory. False with *error
 * (BASE_ERROR_ENVIRONMENT). */
bool command_init_write_schemas(GError **error);

#endif
