/*
 * A condition, as condition.c reads it and judge.c holds it against a plan.
 */
#ifndef PLAN_JUDGE_DEMAND_H
#define PLAN_JUDGE_DEMAND_H

#include "plan/judge/condition.h"

typedef enum {
	PLAN_USES,
	PLAN_ACCESS,
	PLAN_REQUIRES,
	PLAN_FORBIDS,
	PLAN_XPATH,
} PlanDemandKind;

typedef struct {
	PlanDemandKind kind;
	const SuiteNode *node;
	const SuiteNode *key_node; /* of access: where the table stands */
	const char *text;          /* as the suite writes it */
	char *table;               /* or NULL */
	const char *type;          /* of requires and forbids: of the node */
	GStrv keys;                /* of access: the index begins with these; NULL: any index */
	bool index_only;
	bool seq_scan;
	PlanXpath *xpath;
} PlanDemand;

#endif
