/*
 * Kinds of types, as far as values can be made up for them.
 */
#ifndef PLAN_CATALOG_KIND_H
#define PLAN_CATALOG_KIND_H

typedef enum {
	PLAN_KIND_NUMBER,
	PLAN_KIND_TIME, /* with a date */
	PLAN_KIND_UUID,
	PLAN_KIND_TEXT,
	PLAN_KIND_OTHER,
} PlanKind;

/* The kind of a type, whose name is as format_type prints it. */
PlanKind plan_kind_of(const char *type);

#endif
