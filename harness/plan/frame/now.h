/*
 * The time, which a query may ask for and a plan may depend on.
 */
#ifndef PLAN_FRAME_NOW_H
#define PLAN_FRAME_NOW_H

#include <glib.h>

/* The query with the time, as a literal, instead of now(), CURRENT_TIMESTAMP and other expressions for the time of
 * the transaction. NULL when it has none of them. `now` may be NULL, to find that out. The caller frees it. */
char *plan_now_fix(const char *sql, const char *now);

#endif
