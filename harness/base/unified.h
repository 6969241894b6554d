/*
 * The differences between two texts, in the format of diff -u.
 */
#ifndef BASE_UNIFIED_H
#define BASE_UNIFIED_H

#include <glib.h>

/* "--- PATH", "+++ PATH" and the changed lines with three lines around them; an empty text when both are equal. Texts
 * that differ in more than a few thousand lines are shown as one change. The caller frees it. */
char *base_unified(const char *path, const char *before, const char *after);

#endif
