/*
 * Judges a plan by the conditions of the suite, as a case. Plans whose costs differ by at most one per cent are a tie:
 * the order in which indexes were created decides between them, so that is no finding.
 */
#ifndef PLAN_JUDGE_VERDICT_H
#define PLAN_JUDGE_VERDICT_H

#include "plan/judge/blessed.h"
#include "report/result.h"

/* Two costs so near to each other are the same. */
#define PLAN_TIE 1.01

/* The plan `index` of the case (plan_case_count). */
typedef struct {
	PlanFrame *frame;
	const PlanCase *plan_case;
	guint index;
	const char *source; /* of the sizes, for people */
} PlanQuestion;

/* Asks the server for the plan. False with *error when nothing can go on. */
bool plan_question_ask(const PlanQuestion *question, PlanAnswer *ret_answer, GError **error);

/* The same, and adds the relations that the query is about, as PlanAsk has it. */
bool plan_question_ask_about(const PlanQuestion *question, PlanRelations *relations, PlanAnswer *ret_answer,
                             GError **error);
/* The same after a statement that changes the planner's choices, which is rolled back. */
bool plan_question_ask_after(const PlanQuestion *question, const char *statement, PlanAnswer *ret_answer,
                             GError **error);

/* Sets the case's status and message, and its place where that is in a file of queries. */
bool plan_verdict(const PlanQuestion *question, const PlanAnswer *answer, ReportCase *test_case, GError **error);

/* Reports that the server refuses the query, or its role, a setting or its values; the case gets the place of that.
 * `since`: " from ... on", for a case about a migration, whose text names that place; or "". */
void plan_verdict_refused(const PlanQuestion *question, const PlanAnswer *answer, ReportStatus status,
                          const char *since, ReportCase *test_case);

/* True if another plan of the query with the access paths `wanted` (a normal form) costs the same as the plan of the
 * answer, within one per cent. */
bool plan_is_tie(const PlanQuestion *question, const PlanAnswer *answer, const char *wanted, bool *ret_tie,
                 GError **error);

/* The same for a plan on rows, whose query was run (ask->measure), and the limits that are measured. */
bool plan_question_measure(const PlanQuestion *question, PlanAnswer *ret_answer, GError **error);
void plan_measure_verdict(const PlanQuestion *question, const PlanAnswer *answer, ReportCase *test_case);

/* blessed_judge.c: compares the plan with the blessed one, for a case that has passed so far. Differences up to the
 * level of the plan fail it; finer ones are reported, and so is a tie. */
bool plan_blessed_judge(const PlanQuestion *question, const PlanBlessed *blessed, const PlanAnswer *answer,
                        ReportCase *test_case, GError **error);

#endif
