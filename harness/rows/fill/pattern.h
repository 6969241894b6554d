/*
 * Texts that a regular expression or a LIKE pattern matches.
 */
#ifndef ROWS_PATTERN_H
#define ROWS_PATTERN_H

#include <glib.h>

/* A text that should match the regular expression (PostgreSQL's advanced ones, without look-around, back references and
 * embedded options): different seeds give different texts as far as the expression has them; small seeds give
 * short ones. NULL when the expression is not understood. Whoever asks has to try it. The caller frees it. */
char *rows_pattern_sample(const char *regex, guint seed);

/* The same for LIKE. Never NULL. */
char *rows_pattern_sample_like(const char *pattern, guint seed);

#endif
