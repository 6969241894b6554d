/*
 * Whether something has changed that plans depend on: so is a migration that has nothing to do with them known without
 * making a plan.
 */
#ifndef PLAN_MARK_H
#define PLAN_MARK_H

#include "db/session.h"
#include "plan/size.h"

typedef struct PlanMark PlanMark;

PlanMark *plan_mark_new(void);
void plan_mark_free(PlanMark *mark); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlanMark, plan_mark_free)

/* Relations that a query is about, for PlanAsk's `relations`: a set of GUINT_TO_POINTER(oid), added to. */
GHashTable *plan_mark_relations(PlanMark *mark);

/* Remembers how the catalog is: what belongs to the relations, and to the tables of the size. False with *error. */
bool plan_mark_set(PlanMark *mark, DbSession *session, const PlanSize *size, GError **error);

/* *ret_changed is true when it is another one now, or was never remembered. False with *error. */
bool plan_mark_has_changed(PlanMark *mark, DbSession *session, const PlanSize *size, bool *ret_changed, GError **error);

#endif
