/*
 * The time, which a query may ask for and a plan may depend on.
 */
#ifndef PLAN_FRAME_NOW_H
#define PLAN_FRAME_NOW_H

#include <glib.h>

/* The query with the time, as a literal, in the place of now(), CURRENT_TIMESTAMP and whatever else gives that of the
 * transaction. NULL when it asks for none. `now` may be NULL, to find that out. The caller frees it. */
char *plan_now_fix(const char *sql, const char *now);

#endif
