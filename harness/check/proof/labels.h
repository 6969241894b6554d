/*
 * Values that a column no longer takes, and that something still asks for: a label that has gone from an enum or has
 * another name, a text that has gone from the list of a check.
 */
#ifndef CHECK_PROOF_LABELS_H
#define CHECK_PROOF_LABELS_H

#include "check/proof/apply.h"

/* One object that asks for such a value. */
typedef struct {
	char *text;  /* what has happened, in one line */
	char *label; /* the value, which the statement names */
	char *column;
} CheckLeftLabel;

/* Of CheckLeftLabel *: functions, views, indexes, policies, triggers and rules that are as they were in `before`, and
 * that name a value which a column of theirs could have before and cannot have in `after`. A function counts where it
 * names the column and its table, or is called by a trigger of that table. The caller unrefs the list. */
GPtrArray *check_labels_find(const CatalogSnapshot *before, const CatalogSnapshot *after);

#endif
