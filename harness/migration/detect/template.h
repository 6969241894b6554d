/*
 * Files that another program has to fill in before they are SQL.
 */
#ifndef MIGRATION_DETECT_TEMPLATE_H
#define MIGRATION_DETECT_TEMPLATE_H

#include "migration/migration.h"

/* Why the server would refuse a file whose placeholders nothing has filled in, as the end of a sentence that begins
 * with the directory: "is not all SQL: ..." with the file and the line. Placeholders are {{ .X }}, {% if %}, ${X}, {X},
 * and psql's :X, :"X", :'X' and its commands (\i), outside of strings and comments. *ret_hint is what to do; the caller
 * frees both. `placeholders` (or NULL) are those that have a value. NULL, and *ret_hint too: there is none. */
char *migration_template_find(const MigrationSet *set, GHashTable *placeholders, char **ret_hint);

#endif
