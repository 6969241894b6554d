/*
 * The current activity of each thread, so that a run that exceeds its time limit can report what it was doing.
 */
#ifndef BASE_ACTIVITY_H
#define BASE_ACTIVITY_H

#include <glib.h>

/* Sets the activity of this thread ("kb: round trip V002__x.sql"), until the next call; NULL: none. */
void base_activity_set(const char *what);

/* Sets what this thread waits for (a statement, a program), of which the beginning is kept; NULL: the wait is over. */
void base_activity_wait(const char *what);

/* The activities of all threads, the longest first: "kb: forward V002__x.sql (for 12.3 s), in: SELECT ..."; NULL if
 * there are none. The caller frees it. */
char *base_activity_describe(void);

#endif
