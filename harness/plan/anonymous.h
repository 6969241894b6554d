/*
 * Values in the place of others: as many, in the same order.
 */
#ifndef PLAN_ANONYMOUS_H
#define PLAN_ANONYMOUS_H

#include "plan/kind.h"

#include <glib.h>
#include <stdbool.h>

/* Replaces the values of both arrays (most common ones, and bounds in the order of their type; each may be NULL) in
 * their places. False when there are none for the kind, or an array cannot be read. */
bool plan_anonymous_values(PlanKind kind, const char *type, char **common, char **bounds);

#endif
