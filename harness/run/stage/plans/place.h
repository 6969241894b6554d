/*
 * Which statement of a migration has changed a query's plan, as far as names show it.
 */
#ifndef RUN_STAGE_PLANS_PLACE_H
#define RUN_STAGE_PLANS_PLACE_H

#include "migration/text/script.h"
#include "plan/catalog/mark.h"
#include "plan/frame/frame.h"
#include "plan/tree/tree.h"

typedef struct {
	const PlanChange *change;       /* all that the migration has changed */
	const PlanRelations *relations; /* that the query was about before */
	GHashTable *words;              /* of its text (char *) */
	const PlanTree *before;         /* its plan before the migration; or NULL */
	const char *refusal;            /* the server's message, if it refuses the query now; or NULL */
} RunPlansTrace;

/* The last statement that names, in this order: an object in the refusal; an index of the plan before; an object of the
 * query that the migration has changed; any relation of the query. Without one, where the script begins. */
SourcePosition run_plans_place(const RunPlansTrace *trace, const MigrationScript *script);

#endif
