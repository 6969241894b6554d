/*
 * Plans as reports show them: as trees, the node that costs most marked, and what differs between two of them.
 */
#ifndef PLAN_TREE_PICTURE_H
#define PLAN_TREE_PICTURE_H

#include "plan/tree/tree.h"
#include "report/result.h"

/* Adds a plan to a case whose result is set: the text is the part of its details that says the same. */
void plan_picture_add(ReportCase *test_case, const char *title, const PlanTree *tree, const char *text);
/* Adds two plans, the observed one last; nodes that the other one lacks are marked. */
void plan_picture_add_both(ReportCase *test_case, const char *other_title, const PlanTree *other, const char *title,
                           const PlanTree *tree, const char *text);

#endif
