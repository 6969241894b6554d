#include "plan/judge/timing.h"

#include <math.h>

static int
timing_compare(gconstpointer a, gconstpointer b)
{
	gint64 one = *(const gint64 *)a;
	gint64 other = *(const gint64 *)b;

	return one < other ? -1 : one > other;
}

/* Interpolates between two runs if the share falls between them. */
static double
timing_quantile(const GArray *runs, double share)
{
	double place = share * (runs->len - 1);
	guint below = (guint)place;
	guint above = MIN(below + 1, runs->len - 1);
	double low = (double)g_array_index(runs, gint64, below);
	double high = (double)g_array_index(runs, gint64, above);

	return low + (high - low) * (place - below);
}

PlanTimes
plan_times_of(GArray *runs)
{
	g_array_sort(runs, timing_compare);
	double median = timing_quantile(runs, 0.5);

	return (PlanTimes){ .n = runs->len,
		            .median = median,
		            .p95 = (double)g_array_index(runs, gint64, (guint)ceil(0.95 * runs->len) - 1),
		            .min = (double)g_array_index(runs, gint64, 0),
		            .spread = (timing_quantile(runs, 0.75) - timing_quantile(runs, 0.25)) / MAX(median, 1) };
}

/* --- Growth ------------------------------------------------------------------------ */

static double
growth_at(PlanGrowth growth, double n)
{
	switch (growth) {
	case PLAN_GROWTH_LOGARITHMIC:
		return log(n);
	case PLAN_GROWTH_LINEAR:
		return n;
	case PLAN_GROWTH_N_LOG_N:
		return n * log(n);
	case PLAN_GROWTH_QUADRATIC:
		return n * n;
	case PLAN_GROWTH_CONSTANT:
	default:
		return 1;
	}
}

/* The error with the best factor: a factor shifts the mean of the logarithms' distances. */
static double
growth_error(PlanGrowth growth, guint n, const double *sizes, const double *values)
{
	double mean = 0;
	double error = 0;

	for (guint i = 0; i < n; i++)
		mean += log(values[i] / growth_at(growth, sizes[i])) / n;
	for (guint i = 0; i < n; i++)
		error += fabs(log(values[i] / growth_at(growth, sizes[i])) - mean) / n;
	return expm1(error);
}

PlanGrowth
plan_growth_fit(guint n, const double *sizes, const double *values, double *ret_error)
{
	PlanGrowth best = PLAN_GROWTH_CONSTANT;

	*ret_error = growth_error(best, n, sizes, values);
	for (int i = PLAN_GROWTH_LOGARITHMIC; i <= PLAN_GROWTH_QUADRATIC; i++) {
		double error = growth_error((PlanGrowth)i, n, sizes, values);
		if (error < *ret_error) {
			*ret_error = error;
			best = (PlanGrowth)i;
		}
	}
	return best;
}

const char *
plan_growth_name(PlanGrowth growth)
{
	static const char *const names[] = { "constant", "log n", "linear", "n log n", "quadratic" };

	return names[growth];
}
