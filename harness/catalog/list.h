/*
 * The value of a list attribute (CATALOG_VALUE_LIST), taken apart and put together.
 */
#ifndef CATALOG_LIST_H
#define CATALOG_LIST_H

#include <glib.h>

/* The texts of the JSON array of texts, as to_json prints it; NULL-terminated, freed with g_strfreev(). */
GStrv catalog_list_parse(const char *json);

/* The other way round. The caller frees it. */
char *catalog_list_format(const char *const *items);

#endif
