/*
 * Arrays of texts, as parameters of queries.
 */
#ifndef DB_ARRAY_H
#define DB_ARRAY_H

#include <glib.h>

/* Adds the text to an array's text that begins with "{" and has no "}" yet. */
void db_array_append(GString *array, const char *text);

/* The text of the array of these (NULL-terminated; NULL: none). The caller frees it. */
char *db_array_from_texts(const char *const *texts);

#endif
