/*
 * Queries run on rows, again and again: on one database, or on two by turns, so that what disturbs the one disturbs the
 * other.
 */
#ifndef RUN_MEASURING_H
#define RUN_MEASURING_H

#include "plan/judge/timing.h"
#include "run/planning.h"

typedef struct {
	PlanTimes times;
	double blocks; /* read by one run */
	char *
	    refusal; /* the server refuses the query, or it ran for more than a minute: nothing was measured; or NULL */
} RunMeasured;

void run_measured_clear(RunMeasured *measured);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RunMeasured, run_measured_clear)

/* Runs the plan `index` of the case `repeat` times on each of the databases (whose frames have rows), after one run
 * that does not count. False with *error when nothing can go on. */
bool run_measure(RunPlanning *const *sides, guint n_sides, const PlanCase *plan_case, guint index, guint repeat,
                 RunMeasured *ret_measured, GError **error);

#endif
