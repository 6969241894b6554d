/*
 * "Did you mean": the word of a list that a mistyped one is nearest to.
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <glib.h>

/* The candidate with the smallest edit distance (insertion, deletion, substitution and transposition cost 1, letter
 * case nothing), or NULL when none is similar enough: more than a third of the longer word differs. `candidates`
 * ends with NULL; the result is one of them. */
const char *base_nearest(const char *word, const char *const *candidates);

#endif
