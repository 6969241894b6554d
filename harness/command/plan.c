/* pgassay plan: the plans of a suite's queries, their changes, their run times, and indexes that would help. */
#include "command/check/base.h"
#include "command/command.h"
#include "command/option/outputs.h"
#include "command/plan/report.h"
#include "command/plan/show.h"
#include "command/plan/work.h"
#include "command/side/job.h"

#include "base/error.h"
#include "base/nearest.h"
#include "run/run.h"
#include "suite/size.h"

#include <stdio.h>
#include <string.h>

#define PLAN_REPEAT_MAX 10000

typedef struct {
	char *bindir;
	char *query;
	char *against;
	char *rows;
	char **reports;
	gint repeat;
} Options;

/* --- Options ---------------------------------------------------------------------------- */

static bool
plan_is_wanted(const Options *options, const PlanCase *plan_case)
{
	return options->query == NULL || strcmp(plan_case->plan->name, options->query) == 0 ||
	       strcmp(plan_case->query->name, options->query) == 0;
}

/* `query`: the name that none of the others is; or NULL. */
static char *
plan_hint(const char *query, char **names)
{
	const char *nearest = query != NULL ? base_nearest(query, (const char *const *)names) : NULL;
	g_autofree char *all = g_strjoinv("\", \"", names);

	if (nearest != NULL)
		return g_strdup_printf("did you mean \"%s\"?", nearest);
	return names[0] != NULL ? g_strdup_printf("it has \"%s\"", all)
	                        : g_strdup("add one under \"plans\": \"pgassay help plans\" shows how");
}

/* The plans of the job that are asked for, of CommandPlanRow *. */
static GPtrArray *
plan_list_rows(const Options *options, const RunJob *job, GError **error)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(command_plan_row_free);
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; i < job->plans->len; i++) {
		const PlanCase *plan_case = g_ptr_array_index(job->plans, i);
		g_ptr_array_add(names, plan_case->plan->name);
		for (guint j = 0; plan_is_wanted(options, plan_case) && j < plan_case_count(plan_case); j++)
			g_ptr_array_add(rows, command_plan_row_new(plan_case, j));
	}
	g_ptr_array_add(names, NULL);
	if (rows->len > 0)
		return g_steal_pointer(&rows);
	g_autofree char *hint = plan_hint(options->query, (char **)names->pdata);
	if (options->query != NULL)
		base_error_set(error, BASE_ERROR_USAGE, hint, "the database \"%s\" has no plan or query \"%s\"",
		               job->database->name, options->query);
	else
		base_error_set(error, BASE_ERROR_USAGE, hint, "the database \"%s\" has no plans", job->database->name);
	return NULL;
}

/* A version of the migrations, or else what git knows. */
static bool
plan_find_against(const Options *options, RunPlan *plan, RunJob *job, CommandPlanWork *work,
                  CommandCheckBase **ret_base, GError **error)
{
	const CommandCheckBaseWish wish = { .ref = options->against };
	g_autoptr(GError) cause = NULL;

	if (options->against == NULL)
		return true;
	work->against = migration_set_find(job->set, options->against);
	if (work->against != NULL) {
		work->label = g_strdup(work->against->name);
		return true;
	}
	/* Other jobs of the suite have no part in it. */
	for (guint i = plan->jobs->len; i > 0; i--)
		if (g_ptr_array_index(plan->jobs, i - 1) != job)
			g_ptr_array_remove_index(plan->jobs, i - 1);
	*ret_base = command_check_base(plan, &wish, &cause);
	if (*ret_base == NULL) {
		g_auto(GStrv) lines = g_strsplit(cause->message, "\n", 2);
		return base_error_set(error, (BaseErrorCode)cause->code,
		                      "write a version, the name of a migration's file, or a commit or branch",
		                      "\"%s\" is no version of the migrations in \"%s\", and none of git: %s",
		                      options->against, job->set->directory, lines[0]);
	}
	if (job->base == NULL)
		return base_error_set(error, BASE_ERROR_USAGE, "give a commit in which its migrations are there",
		                      "there is nothing to compare with in \"%s\"", options->against);
	work->label = g_strdup(job->base->label);
	return true;
}

/* --- The work ------------------------------------------------------------------------------ */

static bool
plan_read_rows(const Options *options, const RunJob *job, double *ret_rows, GError **error)
{
	g_autoptr(SuiteDocument) document = NULL;

	*ret_rows = job->size->volume > 0 ? job->size->volume : COMMAND_PLAN_ROWS;
	if (options->rows == NULL)
		return true;
	document = suite_document_parse("--rows", options->rows, NULL);
	if (document == NULL || suite_node_kind(suite_document_root(document)) != SUITE_NODE_SCALAR ||
	    !suite_size_number(suite_document_root(document), ret_rows) || *ret_rows < 1 || *ret_rows > 20e6)
		return base_error_set(error, BASE_ERROR_USAGE, "write a number from 1 to 20M: 100k",
		                      "--rows \"%s\" is no number of rows", options->rows);
	return true;
}

static bool
plan_write_reports(const CommandPlanWork *work, const GPtrArray *outputs, GError **error)
{
	if (outputs->len == 0)
		return true;
	g_autoptr(ReportRun) report = command_plan_report(work);
	printf("\n");
	return command_outputs_write(outputs, report, error);
}

static bool
plan_do(const Options *options, RunPlan *plan, RunJob *job, GPtrArray *servers, CommandResult *ret_result,
        GError **error)
{
	g_autoptr(GPtrArray) outputs = command_outputs_read(options->reports, false, error);
	const RunOptions run_options = { .bindir = options->bindir };
	g_auto(CommandPlanWork) work = { .job = job,
		                         .repeat = (guint)options->repeat,
		                         .all = options->query == NULL,
		                         .against_text = options->against };
	CommandCheckBase *base = NULL;
	bool done = false;

	if (outputs == NULL)
		return false;
	if (job->size == NULL)
		return base_error_set(error, BASE_ERROR_USAGE, "\"pgassay help plans\" shows how",
		                      "the database \"%s\" has no size", job->database->name);
	work.rows = plan_list_rows(options, job, error);
	if (work.rows == NULL || !plan_read_rows(options, job, &work.volume, error) ||
	    !plan_find_against(options, plan, job, &work, &base, error))
		return false;
	work.server = run_server_for(job->suite, &run_options, servers, error);
	if (work.server != NULL)
		done = command_plan_work(&work, error) && plan_write_reports(&work, outputs, error);
	*ret_result = work.worse ? COMMAND_FAILED : COMMAND_OK;
	command_check_base_free(base);
	return done;
}

/* The database that is named, or the only one that has plans. */
static RunJob *
plan_find_job(const RunPlan *plan, const char *name, GError **error)
{
	RunJob *only = NULL;
	guint n = 0;

	for (guint i = 0; name == NULL && i < plan->jobs->len; i++) {
		RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (job->plans->len > 0) {
			only = job;
			n++;
		}
	}
	return n == 1 ? only : (RunJob *)command_find_job(plan, name, error);
}

static void
plan_stop_server(gpointer data)
{
	scratch_server_stop(data);
}

static bool
plan_run(const Options *options, int n_arguments, char **arguments, CommandResult *ret_result, GError **error)
{
	const char *const paths[] = { n_arguments > 1 ? arguments[1] : NULL, NULL };

	if (n_arguments < 2 || n_arguments > 3)
		return base_error_set(error, BASE_ERROR_USAGE, "\"pgassay plan --help\" explains it",
		                      "name a suite (and perhaps one of its databases)");
	if (options->repeat < 0 || options->repeat > PLAN_REPEAT_MAX)
		return base_error_set(error, BASE_ERROR_USAGE, "50 show what there is to see",
		                      "--repeat must be from 1 to %d", PLAN_REPEAT_MAX);
	g_autoptr(GPtrArray) servers = g_ptr_array_new_with_free_func(plan_stop_server);
	g_autoptr(RunPlan) plan = run_plan_load(paths, error);
	RunJob *job = plan != NULL ? plan_find_job(plan, n_arguments > 2 ? arguments[2] : NULL, error) : NULL;
	return job != NULL && plan_do(options, plan, job, servers, ret_result, error);
}

CommandResult
command_plan(int n_arguments, char **arguments)
{
	Options options = { 0 };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		{ "query", 0, 0, G_OPTION_ARG_STRING, &options.query, "only this one, by its name (default: all)",
		  "NAME" },
		{ "against", 0, 0, G_OPTION_ARG_STRING, &options.against,
		  "compare with the plans at this version of the migrations, or at this commit or branch",
		  "VERSION|REF" },
		{ "repeat", 0, 0, G_OPTION_ARG_INT, &options.repeat,
		  "run each query so often, on rows, and show the times", "N" },
		{ "rows", 0, 0, G_OPTION_ARG_STRING, &options.rows,
		  "how many rows the largest table gets for that (default: \"rows\" of the size, or 100k)", "N" },
		{ "report", 'r', 0, G_OPTION_ARG_STRING_ARRAY, &options.reports,
		  "write a report; may be given several times (default: none)", "FORMAT[=PATH]" },
		{ "pg-bindir", 0, 0, G_OPTION_ARG_FILENAME, &options.bindir,
		  "the folder of the PostgreSQL programs to use", "DIR" },
		{ NULL },
	};

	if (command_parse("plan", entries, &n_arguments, &arguments, &result) &&
	    !plan_run(&options, n_arguments, arguments, &result, &error))
		result = command_error(error);
	g_free(options.bindir);
	g_free(options.query);
	g_free(options.against);
	g_free(options.rows);
	g_strfreev(options.reports);
	return result;
}
