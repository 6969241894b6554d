/*
 * Where in a migration something was done that its outcome shows only later.
 */
#ifndef CHECK_WORKSPACE_PLACE_H
#define CHECK_WORKSPACE_PLACE_H

#include "migration/text/script.h"

/* The statement of the script that the first of these words (NULL-terminated; names without quotes or schema) which
 * any statement has as a word of its own stands in: the last such statement. Without one, where the script begins. */
SourcePosition check_place_find(const MigrationScript *script, const char *const *words);

/* Where the statement begins; NULL: where the script does. */
SourcePosition check_place_of(const MigrationScript *script, const MigrationStatement *statement);

/* True when the SQL has the word (a name without quotes or schema) as a word of its own. */
bool check_place_has_word(const char *sql, const char *word);

/* The same statement, or NULL; owned by the script. */
const MigrationStatement *check_place_find_statement(const MigrationScript *script, const char *const *words);

#endif
