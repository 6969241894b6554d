/*
 * Times of runs, and how they grow with the size.
 */
#ifndef PLAN_JUDGE_TIMING_H
#define PLAN_JUDGE_TIMING_H

#include <glib.h>

/* In microseconds. */
typedef struct {
	guint n;
	double median;
	double p95; /* of fewer than 20 runs, the slowest */
	double min;
	double spread; /* between the quartiles, as a share of the median: how far the numbers can be trusted */
} PlanTimes;

/* The times of runs, gint64 in microseconds, which it sorts. At least one. */
PlanTimes plan_times_of(GArray *runs);

typedef enum {
	PLAN_GROWTH_CONSTANT,
	PLAN_GROWTH_LOGARITHMIC,
	PLAN_GROWTH_LINEAR,
	PLAN_GROWTH_N_LOG_N,
	PLAN_GROWTH_QUADRATIC,
} PlanGrowth;

/* The function that comes nearest to the values (above 0) at these sizes (above 1, two or more), on a scale of
 * logarithms. *ret_error is how far it is off at a size, on the average: 0.1 is a tenth. */
PlanGrowth plan_growth_fit(guint n, const double *sizes, const double *values, double *ret_error);

/* "constant", "log n", "linear", "n log n", "quadratic". */
const char *plan_growth_name(PlanGrowth growth);

#endif
