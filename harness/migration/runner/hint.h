/*
 * Hints, beyond the server's own, for failures with a well-known cause.
 */
#ifndef MIGRATION_RUNNER_HINT_H
#define MIGRATION_RUNNER_HINT_H

#include "db/session.h"

/* A hint for the server's error about a statement, or NULL. `text` is the source from the position of the failure
 * on, or NULL. The caller frees it. */
char *migration_hint_find(const DbDiagnostic *diagnostic, const char *text);

/* The extension that brings the object which the server did not find, and the object's name, which the caller frees.
 * NULL: none that we know; then *ret_name is not written. */
const char *migration_hint_extension(const DbDiagnostic *diagnostic, char **ret_name);

/* As migration_hint_find, for what only newer servers know than the one of this version (150018). */
char *migration_hint_find_newer(const DbDiagnostic *diagnostic, const char *text, int server_version);

/* True when the text empties the search_path for the session, as the head of a dump does. */
bool migration_hint_empties_path(const char *text);

/* True when the text adds a value to an enum type. */
bool migration_hint_adds_label(const char *text);

#endif
