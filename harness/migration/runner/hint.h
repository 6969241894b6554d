/*
 * What to do about a failure that has the same cause wherever it is seen: hints beyond the server's own.
 */
#ifndef MIGRATION_RUNNER_HINT_H
#define MIGRATION_RUNNER_HINT_H

#include "db/session.h"

/* A hint for what the server has said of a statement, or NULL. `text` is the source from the place of the failure on,
 * or NULL. The caller frees it. */
char *migration_hint_find(const DbDiagnostic *diagnostic, const char *text);

/* True when the text empties the search_path for the session, as the head of a dump does. */
bool migration_hint_empties_path(const char *text);

#endif
