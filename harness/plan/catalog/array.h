/*
 * PostgreSQL's text form of an array of one dimension: {1,"a b",NULL}.
 */
#ifndef PLAN_CATALOG_ARRAY_H
#define PLAN_CATALOG_ARRAY_H

#include <glib.h>
#include <stdbool.h>

/* The elements, of char * (NULL for NULL). NULL when the text is none. The caller unrefs it. */
GPtrArray *plan_array_split(const char *text);

/* The other way round. The caller frees it. */
char *plan_array_join(const GPtrArray *elements);

/* The first `n` elements. The caller frees it; NULL when the text is no array. */
char *plan_array_head(const char *text, guint n);
/* `n` of its elements, the first and the last among them, evenly spread; all of them where there are not more. */
char *plan_array_sample(const char *text, guint n);

#endif
