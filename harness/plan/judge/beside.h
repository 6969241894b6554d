/*
 * Two plans side by side.
 */
#ifndef PLAN_JUDGE_BESIDE_H
#define PLAN_JUDGE_BESIDE_H

#include <glib.h>

/* Both texts in two columns, with these words above them, each line of one beside its equal in the other; what differs
 * is marked: "|" another line, "<" only in the left one, ">" only in the right one. Where that would be wider than 160
 * characters, the right text stands below the left one, and lines that the other one lacks are marked by - and +. No
 * line is cut. The caller frees it. */
char *plan_beside(const char *left_title, const char *left, const char *right_title, const char *right);

#endif
