/*
 * Two plans side by side.
 */
#ifndef PLAN_JUDGE_BESIDE_H
#define PLAN_JUDGE_BESIDE_H

#include <glib.h>

/* Both texts in two columns, with these titles, and equal lines side by side; differences are marked: "|" a
 * different line, "<" only in the left text, ">" only in the right one. If that would be wider than 160 characters,
 * the right text is printed below the left one, and lines that the other one lacks are marked by - and +. No line is
 * cut. The caller frees it. */
char *plan_beside(const char *left_title, const char *left, const char *right_title, const char *right);

#endif
