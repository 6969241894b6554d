#include "command/option/selecting.h"

#include "base/error.h"
#include "run/stage/stage.h"

#include <stdio.h>

RunSelection *
command_selecting_read(char **only, char **stages, const RunPlan *plan, GError **error)
{
	g_autoptr(RunSelection)
	    selection = run_selection_new("--only", (const char *const *)only, (const char *const *)stages, error);

	if (selection == NULL || !run_selection_check(selection, plan, run_stage_names(), error))
		return NULL;
	return g_steal_pointer(&selection);
}

/* A name of "" is that of cases that are not known yet. */
static void
selecting_print(const RunSelection *selection, const char *database, const char *stage, const char *name)
{
	g_autoptr(ReportCase) test_case = report_case_new(database, stage, name, (SourcePosition){ 0 });

	if (run_selection_has(selection, test_case))
		printf("%s/%s%s%s\n", database, stage, *name != '\0' ? "/" : "", name);
}

static void
selecting_list_migrations(const RunJob *job, const RunSelection *selection, const char *stage)
{
	for (guint i = job->n_baseline; i < job->set->migrations->len; i++)
		selecting_print(selection, job->database->name, stage,
		                ((const Migration *)g_ptr_array_index(job->set->migrations, i))->name);
}

static void
selecting_list_name(const RunJob *job, const RunSelection *selection, const char *stage)
{
	if (run_stage_is_by_migration(stage))
		selecting_list_migrations(job, selection, stage);
	else
		selecting_print(selection, job->database->name, stage, "");
}

static void
selecting_list_checks(const RunJob *job, const RunSelection *selection)
{
	for (guint i = 0; i < job->suite->checks->len; i++) {
		const SuiteCheck *check = g_ptr_array_index(job->suite->checks, i);
		if (check->database == job->database)
			selecting_print(selection, job->database->name, check->kind->name, check->name);
	}
}

static void
selecting_list_stage(const RunJob *job, const RunSelection *selection, const RunDivision *division,
                     const RunStageKind *kind)
{
	if ((kind->is_wanted != NULL && !kind->is_wanted(job)) || !run_division_has(division, job, kind))
		return;
	selecting_list_name(job, selection, kind->name);
	for (const char *const *name = kind->others; name != NULL && *name != NULL; name++)
		selecting_list_name(job, selection, *name);
}

void
command_selecting_list(const RunPlan *plan, const RunSelection *selection, const RunDivision *division)
{
	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		for (const RunStageKind *kind = run_stage_kinds(); kind->name != NULL; kind++)
			selecting_list_stage(job, selection, division, kind);
		if (run_division_has(division, job, run_stage_find(run_forward)))
			selecting_list_checks(job, selection);
	}
}

bool
command_selecting_check_used(const RunSelection *selection, const ReportRun *report, GError **error)
{
	const char *unused = run_selection_find_unused(selection, report);

	return unused == NULL || base_error_set(error, BASE_ERROR_USAGE, "\"pgassay run --list\" prints the names",
	                                        "--only \"%s\" fits no case", unused);
}
