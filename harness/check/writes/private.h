/*
 * Declarations for writes.c and writes_judge.c: trials and their judgement.
 */
#ifndef CHECK_WRITES_PRIVATE_H
#define CHECK_WRITES_PRIVATE_H

#include "check/findings.h"
#include "check/writes/affected.h"
#include "check/writes/writes.h"

/* The traces that our trials leave in the catalog. */
typedef enum {
	WRITES_TRACE_UNKNOWN,
	WRITES_TRACE_NONE,
	WRITES_TRACE_SESSION, /* a function in the schema for temporary objects of our session */
} WritesTrace;

struct CheckWrites {
	WritesTrace trace;
	GHashTable *known;   /* "schema.relation ACTION ROLE" -> result of sql/writes.sql */
	GHashTable *refused; /* set of relations of which something did not go through when it was last tried */
	GHashTable *behind;  /* relation -> the largest number that its sequence stays behind */
	GHashTable *roles;   /* names of the roles of all trials */
	CheckFunctions *functions;
	GHashTable *unfilled; /* materialized views that have not been filled: identity -> name of the migration */
};

/* Columns of the result of sql/writes.sql. */
enum {
	WRITES_SCHEMA,
	WRITES_NAME,
	WRITES_ACTION,
	WRITES_RESULT,
	WRITES_STATE,
	WRITES_MESSAGE,
	WRITES_DETAIL,
	WRITES_HINT,
	WRITES_CONTEXT,
	WRITES_TABLE,
	WRITES_ROW,
	WRITES_ROLE,
	WRITES_BEHIND
};

/* One judgement. */
typedef struct {
	CheckWrites *writes;
	const CheckWritesStep *step;
	const CheckAffected *affected;
	CheckFindings findings;
	GString *untried; /* what could not be tried, one a line */
	SourcePosition position;
} WritesJudgement;

/* The input of sql/writes.sql; NULL when there is nothing to try. The caller frees it. *ret_affected is filled where
 * `before` or `only` is given and something is tried; the caller clears it. */
char *check_writes_choose(const CheckWrites *writes, const CheckWritesStep *step, CheckAffected *ret_affected);

/* Adds the broken operations to the findings, and remembers those that work now. */
void check_writes_judge(WritesJudgement *judgement, const DbResult *result);
/* The same for foreign keys on a DELETE, by the catalogs: the trials do not use rows that are referenced. */
void check_writes_judge_keys(WritesJudgement *judgement);
/* The same for columns that have lost their default, by the catalogs: the INSERTs tried give such a column a value. */
void check_writes_judge_defaults(WritesJudgement *judgement);

#endif
