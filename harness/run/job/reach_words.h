/*
 * The words in the SQL of migrations; only reach.c includes it.
 */
#ifndef RUN_JOB_REACH_WORDS_H
#define RUN_JOB_REACH_WORDS_H

#include "migration/migration.h"

/* Adds the words of the text, in lower case, to the set (of char *, owned). */
void run_reach_add_words(const char *text, GHashTable *words);

/* True if the code may use objects without naming them: dynamic SQL, the catalog, all tables of a schema, other
 * databases. */
bool run_reach_looks_around(const char *text);

/* Adds the words of the script, and of the files it loads; NULL: there is none. False if it may use objects without
 * naming them. */
bool run_reach_add_script(const MigrationScript *script, GHashTable *words);

#endif
