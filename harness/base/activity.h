/*
 * What the threads of this process are doing, so that a run whose time is over can say what took it.
 */
#ifndef BASE_ACTIVITY_H
#define BASE_ACTIVITY_H

#include <glib.h>

/* Says what this thread does from now on ("kb: round trip V002__x.sql"), until it says something else; NULL: nothing.
 */
void base_activity_set(const char *what);

/* Says what this thread waits for meanwhile (a statement, a program), of which the beginning is kept; NULL: the wait is
 * over. */
void base_activity_wait(const char *what);

/* What all threads do at this moment, the longest first: "kb: forward V002__x.sql (for 12.3 s), in: SELECT ..."; NULL
 * when they do nothing. The caller frees it. */
char *base_activity_describe(void);

#endif
