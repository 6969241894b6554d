/*
 * Shared by the benchmarks. They print medians and ratios; nothing here fails for being slow, because the machine's
 * other work would decide that.
 */
#ifndef TESTS_BENCHMARK_TIMING_H
#define TESTS_BENCHMARK_TIMING_H

#include <glib.h>
#include <stdbool.h>

/* Milliseconds since a time of g_get_monotonic_time. */
double timing_since(gint64 start);

/* Milliseconds of processor time that this process has had: other work on the machine hardly changes it. */
double timing_processor(void);

/* The median; sorts the array. */
double timing_median(double *values, int n);

/* Prints a ratio (or a time) beside what it should stay below. */
void timing_ratio(const char *what, double value, double aim);

/* Ends the program with the error's message unless `done`. */
void timing_check(bool done, const GError *error);

#endif
