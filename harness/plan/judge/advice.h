/*
 * Missing and superfluous indexes, according to plans and not to rules of thumb.
 */
#ifndef PLAN_JUDGE_ADVICE_H
#define PLAN_JUDGE_ADVICE_H

#include "plan/judge/condition.h"

typedef struct {
	char *text; /* "a change of public.customers reads all of public.orders, to find rows by customer_id" */
	char *sql;  /* a statement that would help; or NULL */
} PlanAdvice;

/* Advice, of PlanAdvice *, from the plans in the frame: foreign keys whose look-ups scan a large table; indexes that
 * are a prefix of another one; indexes without which every query of the cases (of PlanCase *) costs the same.
 * Indexes that a constraint or a foreign key needs are never listed. The caller unrefs it; NULL with *error. */
GPtrArray *plan_advise(PlanFrame *frame, const GPtrArray *cases, GError **error);

/* Indexes that the plan could use, by the columns of its conditions, joins and sorts, and that are not there: of char
 * *, each "public.orders (customer_id, created_at)". Whether it would, shows when they are made. The caller unrefs it.
 */
GPtrArray *plan_candidates(const PlanTree *tree, const PlanCatalog *catalog);

#endif
