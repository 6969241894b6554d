/*
 * One script on tables of several sizes: which work is constant, which grows with the rows, and the estimate for
 * production.
 */
#ifndef IMPACT_GROWTH_H
#define IMPACT_GROWTH_H

#include "impact/settings.h"

/* Number of sizes; each has ten times as many rows as the one before. */
#define IMPACT_N_SIZES     3
#define IMPACT_SIZE_FACTOR 10

/* One script, observed on the smallest tables first. */
typedef struct {
	guint rows[IMPACT_N_SIZES]; /* as many as tables were to have */
	ReportObservation *observations[IMPACT_N_SIZES];
} ImpactSizes;

/* Writes into the first observation how its statements grow, and the estimate for production. */
void impact_grow(const ImpactSizes *sizes, const ImpactSettings *settings);

#endif
