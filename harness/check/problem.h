/*
 * The work on one fixture: what is found wrong, and the cases that tell it.
 */
#ifndef CHECK_PROBLEM_H
#define CHECK_PROBLEM_H

#include "check/context.h"
#include "check/meaning.h"

typedef struct {
	SourcePosition position; /* of the expectation */
	char *text;
} CheckProblem;

typedef struct {
	const CheckContext *context;
	CheckMeaning *meaning;
	GArray *problems; /* of CheckProblem: what is wrong with the object at hand */
} CheckExpect;

void check_expect_open(CheckExpect *expect, const CheckContext *context);
void check_expect_close(CheckExpect *expect);

/* Notes that the expectation at the node is not met. */
void check_problem(CheckExpect *expect, const SuiteNode *node, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Reports one case: passed, or failed with the problems that were noted since the last one. It stands at the node, or
 * at the expectation when that is the only one not met. */
void check_expect_report(CheckExpect *expect, const char *name, const SuiteNode *node, gint64 start);

#endif
