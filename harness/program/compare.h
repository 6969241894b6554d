/*
 * The results of the same tests, twice.
 */
#ifndef PROGRAM_COMPARE_H
#define PROGRAM_COMPARE_H

#include "program/outcome.h"

/* A test that has ended in another way, or that ran once only. */
typedef struct {
	const ProgramOutcome *first;  /* NULL: it did not run the first time */
	const ProgramOutcome *second; /* NULL: it did not run the second time; never both */
} ProgramDifference;

/* The differences (ProgramDifference *), in the order of the first list, then of the second one; *ret_n tests there are
 * in all. Tests are matched by name; of several with one name, the first with the first, and so on. Points into both
 * lists, which must outlive it. Never NULL; the caller unrefs it. */
GPtrArray *program_outcomes_compare(const GPtrArray *first, const GPtrArray *second, guint *ret_n);

/* "passed", "failed: have 4, want 5" (its message, or the first line of its details), "skipped", "not run". NULL is a
 * test that did not run. The caller frees it. */
char *program_outcome_describe(const ProgramOutcome *outcome);

#endif
