#include "run/run.h"

#include "base/interrupt.h"
#include "check/proof/shared_objects.h"
#include "git/repository.h"
#include "run/change.h"
#include "run/job/server.h"
#include "run/reproduce.h"
#include "run/stage/branch/branch.h"
#include "run/stage/round_trip/round_trip.h"
#include "run/task.h"

#include <string.h>

static void
run_stop_server(gpointer data)
{
	scratch_server_stop(data);
}

static void
run_drop_held(gpointer data)
{
	scratch_database_drop(data, true);
}

/* The data to kill a whole server: one that no other job uses, and the job that is on it at that time. */
typedef struct {
	const RunJob *job; /* NULL: none is killed */
	ScratchServer *server;
} Victim;

static bool
start_victim(const RunPlan *plan, const RunDivision *division, const RunOptions *options, Victim *ret_victim,
             GError **error)
{
	g_autoptr(GPtrArray) jobs = g_ptr_array_new();
	const RunJob *job = NULL;

	for (guint i = 0; i < plan->jobs->len; i++) {
		RunJob *candidate = g_ptr_array_index(plan->jobs, i);
		if (run_crash_wanted(candidate) && run_division_has(division, candidate, run_stage_find(run_crash)))
			g_ptr_array_add(jobs, candidate);
	}
	if (!run_crash_draw(jobs, &job, error))
		return false;
	if (job == NULL || options->server_url != NULL)
		return true;
	g_autoptr(ScratchServer) server = run_server_start(job->suite, options, error);
	if (server == NULL || !run_server_prepare(server, job->suite, error))
		return false;
	*ret_victim = (Victim){ .job = job, .server = g_steal_pointer(&server) };
	return true;
}

/* Data that all jobs share. */
typedef struct {
	const RunOptions *options;
	const RunDivision *division; /* NULL: all of the work is done here */
	GHashTable *servers;         /* Suite * -> ScratchServer * */
	RunHealth *health;
	RunTurns *turns;
	Victim victim;
} RunWork;

static void
run_work_clear(RunWork *run)
{
	scratch_server_stop(run->victim.server);
	run_health_free(run->health);
	run_turns_free(run->turns);
	g_hash_table_unref(run->servers);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RunWork, run_work_clear)

/* Data that the stages of one job share. */
typedef struct {
	RunForwardProgress *history;
	RunStartingPoints *baseline;
	GHashTable *histories; /* borrowed: of all jobs */
} Shared;

static Shared *
shared_new(const RunJob *job, GHashTable *histories)
{
	Shared *shared = g_new0(Shared, 1);

	shared->history = run_progress_new();
	shared->baseline = run_starting_points_new(job);
	shared->histories = histories;
	g_hash_table_insert(histories, (gpointer)job->database, shared->history);
	return shared;
}

static void
shared_free(gpointer data)
{
	Shared *shared = data;

	run_progress_free(shared->history);
	run_starting_points_free(shared->baseline);
	g_free(shared);
}

static RunTask *
task_new(const RunJob *job, const RunStageKind *kind, const Shared *shared, const RunWork *run)
{
	RunTask *task = run_task_new();
	const RunOptions *options = run->options;

	task->job = job;
	task->stage = (RunStage){ .kind = kind,
		                  .listener = task->stage.listener,
		                  .job = job,
		                  .server = g_hash_table_lookup(run->servers, job->suite),
		                  .health = run->health,
		                  .turns = run->turns,
		                  .history = shared->history,
		                  .baseline = shared->baseline,
		                  .histories = shared->histories,
		                  .selection = options->selection,
		                  .is_ground = !run_division_has(run->division, job, kind),
		                  .fail_fast = options->fail_fast,
		                  .describe = options->describe,
		                  .at_base = options->at_base,
		                  .keep = options->keep,
		                  .keep_failed = options->keep_failed,
		                  .hold = options->hold };
	return task;
}

static guint
count_threads(const RunOptions *options)
{
	return options->threads > 0 ? options->threads : g_get_num_processors();
}

/* If the job begins after a baseline, its pending migrations are not known yet. */
static void
want_copy(const RunTask *task, const Shared *shared)
{
	const RunStage *stage = &task->stage;

	if (stage->kind->run == run_round_trips && stage->part > 0 && !run_job_begins_later(stage->job))
		run_progress_want_copy(shared->history, run_round_trips_begin(stage->job->set->migrations->len,
		                                                              stage->part, stage->n_parts));
}

/* True for stages of the run, whichever machine runs them. */
static bool
stage_is_wanted(const RunJob *job, const RunStageKind *kind, const void *data)
{
	const RunOptions *options = data;

	return (kind->is_wanted == NULL || kind->is_wanted(job)) &&
	       run_stage_is_selected(kind, job->database->name, options->selection) &&
	       (job->base == NULL || !job->base->idle || kind->run == run_history);
}

static bool
stage_is_ours(const RunJob *job, const RunStageKind *kind, const RunWork *run)
{
	if (run->options->at_base && kind->run != run_forward)
		return false;
	return kind->run == run_forward ? run_division_needs_forward(run->division, job)
	                                : run_division_has(run->division, job, kind);
}

/* The stages of all jobs, job by job. */
static GPtrArray *
make_tasks(const RunPlan *plan, const RunWork *run, GHashTable *histories, GPtrArray *all_shared)
{
	GPtrArray *tasks = g_ptr_array_new_with_free_func(run_task_free);
	guint most = MAX(count_threads(run->options) / MAX(plan->jobs->len, 1), 1);

	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (run->options->suite != NULL && job->suite != run->options->suite)
			continue;
		Shared *shared = shared_new(job, histories);
		g_ptr_array_add(all_shared, shared);
		bool alone = check_shared_objects_in_set(job->set);
		for (const RunStageKind *kind = run_stage_kinds(); kind->name != NULL; kind++) {
			if (!stage_is_wanted(job, kind, run->options) || !stage_is_ours(job, kind, run))
				continue;
			guint n_parts = kind->count_parts != NULL ? kind->count_parts(job, alone ? 1 : most) : 1;
			for (guint part = 0; part < n_parts; part++) {
				RunTask *task = task_new(job, kind, shared, run);
				task->stage.part = part;
				task->stage.n_parts = n_parts;
				task->stage.takes_turns = alone && kind->run != run_layout;
				want_copy(task, shared);
				if (kind->run == run_crash && job == run->victim.job)
					task->stage.victim = run->victim.server;
				g_ptr_array_add(tasks, task);
			}
		}
	}
	return tasks;
}

/* --- Collecting ---------------------------------------------------------- */

static void
add_server_properties(ReportSuite *report, const Suite *suite, ScratchServer *server)
{
	MigrationStandIns stand_ins = { 0 };
	GHashTableIter iterator;
	gpointer name;

	report_suite_add_property(report, "server.version", scratch_server_version_text(server));
	report_suite_add_property(report, "server.origin", scratch_server_origin(server));
	if (!run_server_stand_ins(server, suite, &stand_ins, NULL))
		return;
	g_hash_table_iter_init(&iterator, stand_ins.sources);
	while (g_hash_table_iter_next(&iterator, &name, NULL)) {
		const SuiteFile *file = g_hash_table_lookup(suite->stand_ins, name);
		g_autofree char *value = g_strdup_printf("%s (%s)", (const char *)name, file->path);
		report_suite_add_property(report, "stand_in", value);
	}
	g_hash_table_unref(stand_ins.sources);
}

/* As RUN_COMMIT_CHANGED says, where files are not as that commit has them. */
static void
add_commit_property(ReportSuite *report, const Suite *suite)
{
	bool changed = false;
	g_autofree char *commit = git_repository_commit(suite->directory, &changed);
	g_autofree char *value = commit != NULL ? g_strconcat(commit, changed ? RUN_COMMIT_CHANGED : "", NULL) : NULL;

	if (value != NULL)
		report_suite_add_property(report, "commit", value);
}

/* True when the next task is another part of the same stage. */
static bool
run_goes_on(const GPtrArray *tasks, guint i)
{
	const RunTask *task = g_ptr_array_index(tasks, i);
	const RunTask *next = i + 1 < tasks->len ? g_ptr_array_index(tasks, i + 1) : NULL;

	return next != NULL && next->job == task->job && next->stage.kind == task->stage.kind;
}

static void
run_collect_suite(const Suite *suite, const RunWork *run, GPtrArray *tasks, RunResult *result)
{
	const RunOptions *options = run->options;
	gint64 start_time = g_get_monotonic_time();
	ReportSuite *report = report_run_add_suite(result->report, suite->name, suite->title, suite->path);

	add_server_properties(report, suite, g_hash_table_lookup(run->servers, suite));
	if (run_selection_text(options->selection) != NULL)
		report_suite_add_property(report, "selection", run_selection_text(options->selection));
	if (options->shard.of > 0) {
		g_autofree char *shard = g_strdup_printf("%u of %u", options->shard.number, options->shard.of);
		report_suite_add_property(report, "shard", shard);
	}
	if (options->note_commit)
		add_commit_property(report, suite);
	if (options->console != NULL)
		report_console_begin_suite(options->console, report);
	for (guint i = 0; i < tasks->len; i++) {
		RunTask *task = g_ptr_array_index(tasks, i);
		if (task->job->suite != suite)
			continue;
		run_task_collect(task, options, report, result);
		if (options->console != NULL && !run_goes_on(tasks, i))
			report_console_end_stage(options->console, task->job->database->name, NULL);
	}
	/* A report that holds a part of the work must not look like a whole one. */
	if (base_interrupted())
		run_task_take_case(options, report, run_health_end_case(run->health));
	report->duration = g_get_monotonic_time() - start_time;
	if (options->console != NULL)
		report_console_end_suite(options->console, report);
}

/* Leaves the servers running that hold kept databases. */
static void
keep_servers(GPtrArray *servers, GPtrArray *messages)
{
	if (messages->len == 0)
		return;
	for (guint i = 0; i < servers->len; i++) {
		g_autofree char *command = scratch_server_keep(g_ptr_array_index(servers, i));
		if (command != NULL)
			g_ptr_array_add(messages, g_strdup_printf("kept server: end and remove it with: %s", command));
	}
}

/* A stage may wait for the forward stage of its database, so these are started first: then the stage that it waits
 * for is running. */
static void
start_tasks(GThreadPool *pool, const GPtrArray *tasks)
{
	GList *order = NULL;

	for (int forward = 1; forward >= 0; forward--) {
		for (guint i = 0; i < tasks->len; i++) {
			RunTask *task = g_ptr_array_index(tasks, i);
			if ((task->stage.kind->run == run_forward) != (forward == 1))
				continue;
			/* In the order of the pool, so that no stage holds a thread while the one before it has
			 * none. */
			if (task->stage.takes_turns)
				task->stage.turn = run_turns_take(task->stage.turns);
			order = g_list_prepend(order, task);
		}
	}
	order = g_list_reverse(order);
	for (GList *link = order; link != NULL; link = link->next)
		g_thread_pool_push(pool, link->data, NULL);
	g_list_free(order);
}

static void
run_tasks(const RunPlan *plan, const RunWork *run, RunResult *result)
{
	g_autoptr(GPtrArray) all_shared = g_ptr_array_new_with_free_func(shared_free);
	g_autoptr(GHashTable)
	    histories = g_hash_table_new(NULL, NULL); /* const SuiteDatabase * -> RunForwardProgress * */
	g_autoptr(GPtrArray) tasks = make_tasks(plan, run, histories, all_shared);
	GThreadPool *pool = g_thread_pool_new(run_task_work, NULL, (gint)MIN(count_threads(run->options), tasks->len),
	                                      TRUE, NULL);

	start_tasks(pool, tasks);
	for (guint i = 0; i < plan->suites->len; i++)
		if (run_division_has_suite(run->division, g_ptr_array_index(plan->suites, i)))
			run_collect_suite(g_ptr_array_index(plan->suites, i), run, tasks, result);
	g_thread_pool_free(pool, FALSE, TRUE);
}

static void
note_division(const RunDivision *division, const RunOptions *options, ReportRun *report)
{
	guint all = 0;

	if (division == NULL)
		return;
	report->shard = options->shard.number;
	report->n_shards = options->shard.of;
	report->division = g_strdup(run_division_print(division));
	guint ours = run_division_count(division, &all);
	if (options->console != NULL)
		report_console_shard(options->console, report, ours, all);
}

void
run_result_clear(RunResult *result)
{
	g_clear_pointer(&result->report, report_run_free);
	g_clear_pointer(&result->held, g_ptr_array_unref);
	g_clear_pointer(&result->messages, g_ptr_array_unref);
}

RunDivision *
run_divide(const RunPlan *plan, const RunOptions *options)
{
	return options->shard.of > 0
	           ? run_division_new(plan, options->shard, options->durations, stage_is_wanted, options)
	           : NULL;
}

bool
run_all(const RunPlan *plan, const RunOptions *options, RunResult *ret_result, GError **error)
{
	gint64 start_time = g_get_monotonic_time();
	g_autoptr(GPtrArray) all_servers = options->servers != NULL ? g_ptr_array_ref(options->servers)
	                                                            : g_ptr_array_new_with_free_func(run_stop_server);
	g_autoptr(RunDivision) division = run_divide(plan, options);
	g_auto(RunWork) run = { .options = options,
		                .division = division,
		                .servers = g_hash_table_new(NULL, NULL),
		                .health = run_health_new(),
		                .turns = run_turns_new() };
	g_auto(RunResult) result = { 0 };

	result.report = report_run_new();
	note_division(division, options, result.report);
	result.held = g_ptr_array_new_with_free_func(run_drop_held);
	result.messages = g_ptr_array_new_with_free_func(g_free);
	/* All servers first: a server's supervisor is forked before there are threads. */
	for (guint i = 0; i < plan->suites->len; i++) {
		Suite *suite = g_ptr_array_index(plan->suites, i);
		if (!run_division_has_suite(division, suite))
			continue;
		ScratchServer *server = run_server_for(suite, options, all_servers, error);
		if (server == NULL || !run_health_watch(run.health, server, error))
			return false;
		g_hash_table_insert(run.servers, suite, server);
	}
	if (!start_victim(plan, division, options, &run.victim, error))
		return false;
	run_tasks(plan, &run, &result);
	result.lost = run_health_is_lost(run.health);
	result.interrupted = base_interrupted() && !result.lost && !run_health_is_stopped(run.health);
	keep_servers(all_servers, result.messages);
	result.report->duration = g_get_monotonic_time() - start_time;
	if (options->describe)
		result.report->title = run_change_describe(".");
	run_describe(plan, options->command, options->names_suites, result.report);
	*ret_result = result;
	result = (RunResult){ 0 };
	return true;
}
