#include "run/run.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "check/proof/shared_objects.h"
#include "report/secrets.h"
#include "run/job/server.h"
#include "run/reproduce.h"
#include "run/stage/stage.h"
#include "scratch/binaries.h"

#include <string.h>

/* --- Servers ------------------------------------------------------------- */

static ScratchServer *
run_attach(const RunOptions *options, GError **error)
{
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_conninfo(options->server_url, error);

	if (endpoint == NULL)
		return NULL;
	db_endpoint_set_connect_timeout(endpoint, options->connect_timeout);
	ScratchServer *server = scratch_server_attach(endpoint, error);
	if (server == NULL)
		base_error_hint(error, "without --server, pgassay starts a server of its own");
	return server;
}

static ScratchServer *
run_start(const Suite *suite, const RunOptions *options, GError **error)
{
	g_autoptr(GArray) versions = g_array_new(TRUE, TRUE, sizeof(guint));
	ScratchOptions scratch = { .bindir = options->bindir,
		                   .suite_directory = suite != NULL ? suite->directory : NULL,
		                   .contents = options->contents,
		                   .lasting = options->keep || options->keep_failed };

	if (suite != NULL && suite->versions->len > 0) {
		g_array_append_vals(versions, suite->versions->data, suite->versions->len);
		scratch.versions = (const guint *)(gconstpointer)versions->data;
	}
	return scratch_server_start(&scratch, error);
}

static bool
version_fits(const Suite *suite, const ScratchServer *server)
{
	guint major = (guint)scratch_server_version(server) / 10000;

	for (guint i = 0; suite != NULL && i < suite->versions->len; i++)
		if (g_array_index(suite->versions, guint, i) == major)
			return true;
	return suite == NULL || suite->versions->len == 0;
}

ScratchServer *
run_server_for(const Suite *suite, const RunOptions *options, GPtrArray *reuse, GError **error)
{
	ScratchServer *server = NULL;

	for (guint i = 0; i < reuse->len && server == NULL; i++)
		if (options->server_url != NULL || version_fits(suite, g_ptr_array_index(reuse, i)))
			server = g_ptr_array_index(reuse, i);
	if (server == NULL) {
		server = options->server_url != NULL ? run_attach(options, error) : run_start(suite, options, error);
		if (server == NULL)
			return NULL;
		g_ptr_array_add(reuse, server);
	}
	return suite == NULL || run_server_prepare(server, suite, error) ? server : NULL;
}

static void
run_stop_server(gpointer data)
{
	scratch_server_stop(data);
}

/* --- Events: what a stage's thread reports to the collecting one ---------------- */

typedef enum {
	EVENT_CASE,
	EVENT_PROGRESS,
	EVENT_PROPERTY,
	EVENT_DATABASE,
	EVENT_KEPT,
	EVENT_END,
} EventKind;

typedef struct {
	EventKind kind;
	ReportCase *test_case;
	ReportDatabase *database;
	char *name;
	char *text;
} Event;

typedef struct {
	RunStage stage;
	GAsyncQueue *events;
} Task;

static Event *
event_new(EventKind kind, const char *name, const char *text)
{
	Event *event = g_new0(Event, 1);

	event->kind = kind;
	event->name = g_strdup(name);
	event->text = g_strdup(text);
	return event;
}

static void
event_free(gpointer data)
{
	Event *event = data;

	report_case_free(event->test_case);
	report_database_free(event->database);
	g_free(event->name);
	g_free(event->text);
	g_free(event);
}

static void
on_case(ReportCase *test_case, void *data)
{
	Event *event = event_new(EVENT_CASE, NULL, NULL);

	event->test_case = test_case;
	g_async_queue_push(((Task *)data)->events, event);
}

static void
on_database(ReportDatabase *database, void *data)
{
	Event *event = event_new(EVENT_DATABASE, NULL, NULL);

	event->database = database;
	g_async_queue_push(((Task *)data)->events, event);
}

static void
on_progress(const char *what, void *data)
{
	g_async_queue_push(((Task *)data)->events, event_new(EVENT_PROGRESS, NULL, what));
}

static void
on_property(const char *name, const char *value, void *data)
{
	g_async_queue_push(((Task *)data)->events, event_new(EVENT_PROPERTY, name, value));
}

static void
on_kept(const char *command, void *data)
{
	g_async_queue_push(((Task *)data)->events, event_new(EVENT_KEPT, NULL, command));
}

static void
run_work(gpointer data, gpointer user_data)
{
	Task *task = data;

	(void)user_data;
	run_stage(&task->stage);
	g_async_queue_push(task->events, event_new(EVENT_END, NULL, NULL));
}

static void
task_free(gpointer data)
{
	Task *task = data;

	g_async_queue_unref(task->events);
	g_free(task);
}

/* What is needed to kill a whole server: one that nobody else uses, and the job that is on it then. */
typedef struct {
	const RunJob *job; /* NULL: none is killed */
	ScratchServer *server;
} Victim;

static bool
start_victim(const RunPlan *plan, const RunOptions *options, Victim *ret_victim, GError **error)
{
	const RunJob *job = NULL;

	if (!run_crash_draw(plan, &job, error))
		return false;
	if (job == NULL || options->server_url != NULL)
		return true;
	g_autoptr(ScratchServer) server = run_start(job->suite, options, error);
	if (server == NULL || !run_server_prepare(server, job->suite, error))
		return false;
	*ret_victim = (Victim){ .job = job, .server = g_steal_pointer(&server) };
	return true;
}

/* What all jobs share. */
typedef struct {
	const RunOptions *options;
	GHashTable *servers; /* Suite * -> ScratchServer * */
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

/* What the stages of one job share. */
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

static Task *
task_new(const RunJob *job, const RunStageKind *kind, const Shared *shared, const RunWork *run)
{
	Task *task = g_new0(Task, 1);
	const RunOptions *options = run->options;

	task->events = g_async_queue_new_full(event_free);
	task->stage = (RunStage){ .kind = kind,
		                  .job = job,
		                  .server = g_hash_table_lookup(run->servers, job->suite),
		                  .health = run->health,
		                  .turns = run->turns,
		                  .history = shared->history,
		                  .baseline = shared->baseline,
		                  .histories = shared->histories,
		                  .selection = options->selection,
		                  .fail_fast = options->fail_fast,
		                  .describe = options->describe,
		                  .at_base = options->at_base,
		                  .keep = options->keep,
		                  .keep_failed = options->keep_failed };
	task->stage.listener = (RunListener){ .data = task,
		                              .on_case = on_case,
		                              .on_progress = on_progress,
		                              .on_property = on_property,
		                              .on_database = on_database,
		                              .on_kept = on_kept };
	return task;
}

static guint
count_threads(const RunOptions *options)
{
	return options->threads > 0 ? options->threads : g_get_num_processors();
}

/* What is pending after a baseline is not known yet. */
static void
want_copy(const Task *task, const Shared *shared)
{
	const RunStage *stage = &task->stage;

	if (stage->kind->run == run_round_trips && stage->part > 0 && !run_job_begins_later(stage->job))
		run_progress_want_copy(shared->history, run_round_trips_begin(stage->job->set->migrations->len,
		                                                              stage->part, stage->n_parts));
}

/* The stages of all jobs, job by job. */
static GPtrArray *
make_tasks(const RunPlan *plan, const RunWork *run, GHashTable *histories, GPtrArray *all_shared)
{
	GPtrArray *tasks = g_ptr_array_new_with_free_func(task_free);
	guint most = MAX(count_threads(run->options) / MAX(plan->jobs->len, 1), 1);

	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		Shared *shared = shared_new(job, histories);
		g_ptr_array_add(all_shared, shared);
		bool alone = check_shared_objects_in_set(job->set);
		for (const RunStageKind *kind = run_stage_kinds(); kind->name != NULL; kind++) {
			if ((kind->is_wanted != NULL && !kind->is_wanted(job)) ||
			    !run_stage_is_selected(kind, job->database->name, run->options->selection) ||
			    (run->options->at_base && kind->run != run_forward) ||
			    (job->base != NULL && job->base->idle && kind->run != run_history))
				continue;
			guint n_parts = kind->count_parts != NULL ? kind->count_parts(job, alone ? 1 : most) : 1;
			for (guint part = 0; part < n_parts; part++) {
				Task *task = task_new(job, kind, shared, run);
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
take_case(const RunOptions *options, ReportSuite *suite, ReportCase *test_case)
{
	report_case_hide_secrets(test_case);
	run_reproduce(options->command, options->names_suites, suite, test_case);
	if (options->console != NULL)
		report_console_case(options->console, suite, test_case);
	report_suite_add_case(suite, test_case);
}

/* The report has all of it; warnings are for the people in front of the terminal, too. */
static void
take_property(const RunOptions *options, ReportSuite *suite, const Event *event)
{
	const char *dot = strrchr(event->name, '.');

	report_suite_add_property(suite, event->name, event->text);
	if (options->console == NULL || dot == NULL || strcmp(dot, ".warning") != 0)
		return;
	g_autofree char *database = g_strndup(event->name, (gsize)(dot - event->name));
	report_console_note(options->console, suite, database, event->text);
}

/* Takes the events of one stage until its end. */
static void
run_collect(Task *task, const RunOptions *options, ReportSuite *suite, GPtrArray *messages)
{
	for (bool ended = false; !ended;) {
		Event *event = g_async_queue_pop(task->events);
		switch (event->kind) {
		case EVENT_CASE:
			take_case(options, suite, g_steal_pointer(&event->test_case));
			break;
		case EVENT_PROGRESS:
			if (options->console != NULL)
				report_console_progress(options->console, event->text);
			break;
		case EVENT_PROPERTY:
			take_property(options, suite, event);
			break;
		case EVENT_DATABASE:
			report_suite_add_database(suite, g_steal_pointer(&event->database));
			break;
		case EVENT_KEPT:
			g_ptr_array_add(messages, g_strdup_printf("kept: %s", event->text));
			break;
		case EVENT_END:
			ended = true;
			break;
		}
		event_free(event);
	}
}

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

/* True when the next task is another part of the same stage. */
static bool
run_goes_on(const GPtrArray *tasks, guint i)
{
	const Task *task = g_ptr_array_index(tasks, i);
	const Task *next = i + 1 < tasks->len ? g_ptr_array_index(tasks, i + 1) : NULL;

	return next != NULL && next->stage.job == task->stage.job && next->stage.kind == task->stage.kind;
}

static void
collect_suite(const Suite *suite, const RunWork *run, GPtrArray *tasks, RunResult *result)
{
	const RunOptions *options = run->options;
	gint64 start_time = g_get_monotonic_time();
	ReportSuite *report = report_run_add_suite(result->report, suite->name, suite->title, suite->path);

	add_server_properties(report, suite, g_hash_table_lookup(run->servers, suite));
	if (run_selection_text(options->selection) != NULL)
		report_suite_add_property(report, "selection", run_selection_text(options->selection));
	if (options->console != NULL)
		report_console_begin_suite(options->console, report);
	for (guint i = 0; i < tasks->len; i++) {
		Task *task = g_ptr_array_index(tasks, i);
		if (task->stage.job->suite != suite)
			continue;
		run_collect(task, options, report, result->messages);
		if (options->console != NULL && !run_goes_on(tasks, i))
			report_console_end_stage(options->console, task->stage.job->database->name, NULL);
	}
	/* A report that holds a part of the work must not look like a whole one. */
	if (base_interrupted())
		take_case(options, report, run_health_end_case(run->health));
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

/* A stage may wait for the forward stage of its database: those are started first, so that what is waited for runs. */
static void
start_tasks(GThreadPool *pool, const GPtrArray *tasks)
{
	GList *order = NULL;

	for (int forward = 1; forward >= 0; forward--) {
		for (guint i = 0; i < tasks->len; i++) {
			Task *task = g_ptr_array_index(tasks, i);
			if ((task->stage.kind->run == run_forward) != (forward == 1))
				continue;
			/* In the order of the pool: nobody holds a thread while the one before him has none. */
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
	GThreadPool *pool = g_thread_pool_new(run_work, NULL, (gint)MIN(count_threads(run->options), tasks->len), TRUE,
	                                      NULL);

	start_tasks(pool, tasks);
	for (guint i = 0; i < plan->suites->len; i++)
		collect_suite(g_ptr_array_index(plan->suites, i), run, tasks, result);
	g_thread_pool_free(pool, FALSE, TRUE);
}

void
run_result_clear(RunResult *result)
{
	g_clear_pointer(&result->report, report_run_free);
	g_clear_pointer(&result->messages, g_ptr_array_unref);
}

bool
run_all(const RunPlan *plan, const RunOptions *options, RunResult *ret_result, GError **error)
{
	gint64 start_time = g_get_monotonic_time();
	g_autoptr(GPtrArray) all_servers = options->servers != NULL ? g_ptr_array_ref(options->servers)
	                                                            : g_ptr_array_new_with_free_func(run_stop_server);
	g_auto(RunWork) run = { .options = options,
		                .servers = g_hash_table_new(NULL, NULL),
		                .health = run_health_new(),
		                .turns = run_turns_new() };
	g_auto(RunResult) result = { 0 };

	result.report = report_run_new();
	result.messages = g_ptr_array_new_with_free_func(g_free);
	/* All servers first: a server's supervisor is forked before there are threads. */
	for (guint i = 0; i < plan->suites->len; i++) {
		Suite *suite = g_ptr_array_index(plan->suites, i);
		ScratchServer *server = run_server_for(suite, options, all_servers, error);
		if (server == NULL || !run_health_watch(run.health, server, error))
			return false;
		g_hash_table_insert(run.servers, suite, server);
	}
	if (!start_victim(plan, options, &run.victim, error))
		return false;
	run_tasks(plan, &run, &result);
	result.lost = run_health_is_lost(run.health);
	result.interrupted = base_interrupted() && !result.lost && !run_health_is_stopped(run.health);
	keep_servers(all_servers, result.messages);
	result.report->duration = g_get_monotonic_time() - start_time;
	run_describe(plan, options->command, options->names_suites, result.report);
	*ret_result = result;
	result = (RunResult){ 0 };
	return true;
}
