/* pgassay run: the main job. */
#include "command/database/built.h"
#include "command/database/rows.h"
#include "command/running.h"
#include "run/job/since.h"

#include <stdio.h>

typedef struct {
	CommandRunning *running;
	char **paths;
	char *since; /* of the migrations, only those behind this version are tested; NULL: all */
	gboolean no_cache;
} CommandRunWork;

/* Rows are made for plans alone. */
static bool
command_run_makes_rows(const CommandRunWork *work)
{
	char **stages = work->running->stages;

	return !work->no_cache && !work->running->list &&
	       (stages == NULL || g_strv_contains((const char *const *)stages, "plan"));
}

/* A suite may have several histories, and the version is one of some of them: the others are tested whole. */
static bool
command_run_begin_since(const CommandRunWork *work, const RunPlan *plan, GError **error)
{
	const char *format = work->running->format;
	bool silent = work->running->list || g_strcmp0(format, "json") == 0;
	guint n_found = 0;

	for (guint i = 0; i < plan->jobs->len; i++)
		n_found += run_job_has_version(g_ptr_array_index(plan->jobs, i), work->since);
	for (guint i = 0; i < plan->jobs->len; i++) {
		RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (n_found > 0 && !run_job_has_version(job, work->since))
			continue;
		if (!run_job_set_since(job, work->since, error))
			return false;
		if (!silent)
			printf("%s: begins behind %s (--since): %u there, %u to test\n", job->database->name,
			       work->since, job->base->set->migrations->len, run_base_count_new(job->base, job->set));
	}
	return true;
}

static RunPlan *
command_run_plan(void *data, const RunOptions *options, GError **error)
{
	const CommandRunWork *work = data;

	if (!command_built_check_tcp(work->running->tcp, work->running->server, error))
		return NULL;
	g_autoptr(RunPlan) plan = run_plan_load((const char *const *)work->paths, error);
	if (plan == NULL || (work->since != NULL && !command_run_begin_since(work, plan, error)) ||
	    (command_run_makes_rows(work) && !command_rows_start(plan, options, error)))
		return NULL;
	return g_steal_pointer(&plan);
}

static bool
command_run_judge(void *data, const RunPlan *plan, const RunOptions *options, RunResult *result, GError **error)
{
	const CommandRunWork *work = data;

	(void)plan;
	(void)error;
	if (command_run_makes_rows(work) && !result->lost && !result->interrupted)
		command_rows_store(options);
	return true;
}

CommandResult
command_run(int n_arguments, char **arguments)
{
	CommandRunning running = { .connect_timeout = DB_CONNECT_TIMEOUT };
	CommandRunWork run = { .running = &running };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = {
		COMMAND_RUNNING_OPTIONS(running, "none"),
		{ "format", 0, 0, G_OPTION_ARG_STRING, &running.format,
		  "how to print the run: text, or json for programs, an object a line (default: text)", "FORMAT" },
		{ "matrix", 0, 0, G_OPTION_ARG_NONE, &running.matrix,
		  "run on each version of PostgreSQL that a suite names, and say on which of them a case fails", NULL },
		{ "list", 0, 0, G_OPTION_ARG_NONE, &running.list, "print the names that --only takes, and run nothing",
		  NULL },
		{ "since", 0, 0, G_OPTION_ARG_STRING, &run.since,
		  "test only the migrations behind this version: each database begins with those up to it", "VERSION" },
		{ "tcp", 0, 0, G_OPTION_ARG_NONE, &running.tcp,
		  "listen on a port of 127.0.0.1 as well, with a password: kept databases have a URL for other "
		  "programs",
		  NULL },
		{ "no-cache", 0, 0, G_OPTION_ARG_NONE, &run.no_cache,
		  "make the rows for plans anew, and keep nothing of them", NULL },
		{ NULL },
	};

	bool parsed = command_parse("run", entries, &n_arguments, &arguments, &result);
	if (!parsed && result == COMMAND_USAGE)
		command_running_replace_report();
	run.paths = arguments + 1;
	const CommandWork work = {
		.plan = command_run_plan, .judge = command_run_judge, .shows_at_once = true, .data = &run
	};
	if (parsed && !command_running_run(&running, &work, &result, &error)) {
		CommandResult why = command_error(error);
		/* If a report could not be written and a case failed, too, the exit code is that of the case. */
		result = result == COMMAND_OK ? why : result;
	}
	command_running_clear(&running);
	g_free(run.since);
	return result;
}
