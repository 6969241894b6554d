/*
 * Functions for a process that was forked and does not exec. Everything here is async-signal-safe, because the parent
 * may have had threads.
 */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <stdbool.h>

/* Closes all descriptors from `first` on. */
void base_child_close_from(unsigned first);

/* Sends the signal to every child of this process, in any group and session. Because PR_SET_CHILD_SUBREAPER makes
 * orphans children of this process, repeated killing reaches all descendants. False when it has no children, or the
 * kernel does not list them. */
bool base_child_signal_all(int number);

/* Milliseconds of the monotonic clock. */
long base_child_now(void);

#endif
