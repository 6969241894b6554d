/*
 * The work on one fixture: what is found wrong, and the cases that tell it.
 */
#ifndef CHECK_PROBLEM_H
#define CHECK_PROBLEM_H

#include "check/context.h"
#include "check/meaning.h"

/* What would make an expectation true; for pgassay bless. */
typedef enum {
	CHECK_FIX_SET,    /* the value at the node becomes `yaml` */
	CHECK_FIX_REMOVE, /* the key at the node goes with its value, or the item of a list */
	CHECK_FIX_ADD,    /* the object is added to the collection at the node; without `object`, the name `yaml` to the
	                     list */
} CheckFixKind;

typedef struct {
	CheckFixKind kind;
	const SuiteNode *node;
	char *yaml;
	const CatalogObject *object;
} CheckFix;

typedef struct CheckProblem {
	SourcePosition position; /* of the expectation */
	char *text;
	GPtrArray *fixes; /* of CheckFix *; empty: somebody has to decide */
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

/* Says what would make the expectation of the last problem true; may be called several times. yaml and object may be
 * NULL. */
void check_problem_fix(CheckExpect *expect, CheckFixKind kind, const SuiteNode *node, const char *yaml,
                       const CatalogObject *object);
/* Takes that back for the problems from this index on. */
void check_problem_unfix(CheckExpect *expect, guint first);

/* Reports one case: passed, or failed with the problems that were noted since the last one. It stands at the node, or
 * at the expectation when that is the only one not met. */
void check_expect_report(CheckExpect *expect, const char *name, const SuiteNode *node, gint64 start);

#endif
