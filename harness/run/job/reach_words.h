/*
 * What the SQL of migrations says by its words; reach.c alone includes it.
 */
#ifndef RUN_JOB_REACH_WORDS_H
#define RUN_JOB_REACH_WORDS_H

#include "migration/migration.h"

/* Adds the words of the text, in lower case, to the set (of char *, owned). */
void run_reach_add_words(const char *text, GHashTable *words);

/* True when the code may use what it does not name: dynamic SQL, the catalog, all tables of a schema, other databases.
 */
bool run_reach_looks_around(const char *text);

/* Adds the words of the script, and of what it loads; NULL: there is none. False when it may use what it does not
 * name. */
bool run_reach_add_script(const MigrationScript *script, GHashTable *words);

#endif
