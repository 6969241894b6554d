#include "timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

double
timing_since(gint64 start)
{
	return (double)(g_get_monotonic_time() - start) / 1000;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

double
timing_processor(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1000 + (double)time.tv_nsec / 1e6;
}

double
timing_median(double *values, int n)
{
	qsort(values, (size_t)n, sizeof *values, compare);
	return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

void
timing_ratio(const char *what, double value, double aim)
{
	printf("%-33s %7.2f   aim: at most %.2f%s\n", what, value, aim, value <= aim ? "" : "   MISSED");
}

void
timing_check(bool done, const GError *error)
{
	if (done)
		return;
	fprintf(stderr, "benchmark: %s\n", error != NULL ? error->message : "failed");
	exit(1);
}
