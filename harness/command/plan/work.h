/*
 * The work of "pgassay plan".
 */
#ifndef COMMAND_PLAN_WORK_H
#define COMMAND_PLAN_WORK_H

#include "run/planning.h"

/* Rows of the largest table, if the suite does not state them. */
#define COMMAND_PLAN_ROWS 100e3

typedef struct {
	RunJob *job;
	ScratchServer *server;
	GPtrArray *rows;          /* of CommandPlanRow *, owned */
	const Migration *against; /* compare with the plans after it; NULL: with the job's base, where it has one */
	const char *against_text; /* the option's argument; or NULL */
	char *label;              /* of the other side of the comparison; NULL: there is none */
	guint repeat;             /* 0: nothing is run */
	double volume;            /* rows of the largest table then */
	bool all;                 /* the rows are all plans of the job: what none of them needs can be said */
	bool worse;               /* a query is dearer than its cost_ratio, or refused; set */
	GString *printed;         /* the printed text about indexes; set, owned */
} CommandPlanWork;

void command_plan_work_clear(CommandPlanWork *work);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CommandPlanWork, command_plan_work_clear)

/* Does it, and prints it. False with *error. */
bool command_plan_work(CommandPlanWork *work, GError **error);

#endif
