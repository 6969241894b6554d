/*
 * Replaces values by others: the same number, in the same order.
 */
#ifndef PLAN_EXPORT_ANONYMOUS_H
#define PLAN_EXPORT_ANONYMOUS_H

#include "plan/catalog/kind.h"

#include <glib.h>
#include <stdbool.h>

/* A value for each of these (char * by char *): of the most common ones and the bounds in the order of their type, both
 * arrays or NULL, and of `more` (of char *, some NULL), which stand elsewhere; or NULL. NULL when there are none for
 * the kind, or an array cannot be read. The caller unrefs it. */
GHashTable *plan_anonymous_names(PlanKind kind, const char *type, const char *common, const char *bounds,
                                 const GPtrArray *more);
/* The array with its values replaced; all of them must be in the table. NULL for NULL. The caller frees it. */
char *plan_anonymous_replace(GHashTable *names, const char *array);

#endif
