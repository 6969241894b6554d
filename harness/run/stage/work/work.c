#include "run/stage/work/work.h"

#include "base/activity.h"
#include "base/interrupt.h"
#include "report/text.h"
#include "run/job/server.h"
#include "run/stage/work/explain.h"

/* Time that a stage has to run before its remaining time is shown, and the shortest time that is shown, in
 * microseconds. */
#define PROGRESS_TRUST    ((gint64)2 * G_USEC_PER_SEC)
#define PROGRESS_SHORTEST ((gint64)2 * G_USEC_PER_SEC)

/* --- Reporting ------------------------------------------------------------ */

ReportCase *
run_stage_case(const RunStage *stage, const char *stage_name, const char *name, SourcePosition position)
{
	return report_case_new(stage->job->database->name, stage_name, name, position);
}

void
run_stage_report(ReportCase *test_case, void *data)
{
	RunStage *stage = data;

	if (!run_health_confirm(stage->health, stage->server, test_case) ||
	    (stage->victim != NULL && !run_health_confirm(stage->health, stage->victim, test_case))) {
		report_case_free(test_case);
		return;
	}
	bool failed = test_case->status == REPORT_FAILED || test_case->status == REPORT_ERRORED;
	if (!run_selection_has(stage->selection, test_case) || (stage->is_ground && !failed)) {
		report_case_free(test_case);
		return;
	}
	run_stage_explain(stage, test_case);
	stage->reported = true;
	stage->failed = stage->failed || failed;
	if (stage->waiting != NULL)
		g_ptr_array_add(stage->waiting, test_case);
	else
		stage->listener.on_case(test_case, stage->listener.data);
	if (failed && stage->fail_fast)
		run_health_stop(stage->health);
}

void
run_stage_skip(RunStage *stage, const char *stage_name, const char *name, SourcePosition position, const char *reason)
{
	ReportCase *test_case = run_stage_case(stage, stage_name, name, position);

	report_case_set(test_case, REPORT_SKIPPED, "%s", reason);
	run_stage_report(test_case, stage);
}

bool
run_stage_hold(RunStage *stage, const ReportCase *test_case, GError **error)
{
	CheckWorkspace *workspace = &stage->workspace;

	if (!stage->hold || stage->held != NULL || !run_selection_has(stage->selection, test_case))
		return true;
	check_workspace_disconnect(workspace);
	stage->held = scratch_database_create(stage->server, test_case->name, workspace->database, error);
	return stage->held != NULL && check_workspace_connect(workspace, error);
}

/* `rest` is for the terminal only. */
static void
stage_show(RunStage *stage, const char *what, const char *rest)
{
	g_autofree char *activity = g_strdup_printf("%s: %s", stage->job->database->name, what);
	g_autofree char *line = g_strdup_printf("%s %s%s", stage->job->database->name, what, rest);

	base_activity_set(activity);
	stage->listener.on_progress(line, stage->listener.data);
}

void
run_stage_progress(RunStage *stage, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	stage_show(stage, what, "");
}

/* ", 14 s left", by the speed so far; "" if that is not known yet, or too short to mention. */
static char *
stage_describe_rest(const RunStage *stage, guint number)
{
	guint done = number - stage->first_migration;
	gint64 elapsed = g_get_monotonic_time() - stage->first_time;
	/* A part of the history ends before its end: less is left then, never more. */
	gint64 rest = done > 0 ? elapsed / done * (stage->migrations->len - number + 1) : 0;

	if (elapsed < PROGRESS_TRUST || rest < PROGRESS_SHORTEST)
		return g_strdup("");
	g_autofree char *text = report_text_duration(rest / G_USEC_PER_SEC * G_USEC_PER_SEC);
	return g_strdup_printf(", at most %s left", text);
}

void
run_stage_progress_migration(RunStage *stage, const Migration *migration)
{
	guint index = 0;

	if (!g_ptr_array_find((GPtrArray *)stage->migrations, migration, &index)) {
		run_stage_progress(stage, "%s %s", stage->kind->name, migration->name);
		return;
	}
	if (stage->first_migration == 0) {
		stage->first_migration = index + 1;
		stage->first_time = g_get_monotonic_time();
	}
	g_autofree char *rest = stage_describe_rest(stage, index + 1);
	g_autofree char *what = g_strdup_printf("%s %u/%u %s", stage->kind->name, index + 1, stage->migrations->len,
	                                        migration->name);
	stage_show(stage, what, rest);
}

void
run_stage_property(RunStage *stage, const char *name, const char *value)
{
	g_autofree char *full = g_strdup_printf("%s.%s", stage->job->database->name, name);

	if (value != NULL)
		stage->listener.on_property(full, value, stage->listener.data);
}

/* --- The work -------------------------------------------------------------- */

/* Where the case that has the reason is not wanted, nothing else would make the run red. */
static bool
stage_report_beginning(RunStage *stage, const RunStartingPoint *beginning)
{
	const char *what = stage->job->base != NULL ? "base" : "baseline";

	if (run_selection_has_stage(stage->selection, stage->job->database->name, what))
		return false;
	g_autofree char *name = g_strdup_printf("from the %s on", what);
	ReportCase *test_case = run_stage_case(stage, stage->kind->name, name,
	                                       suite_node_position(stage->job->database->migrations_node));
	report_case_set(test_case, REPORT_ERRORED, "%s", beginning->failure);
	run_stage_report(test_case, stage);
	return true;
}

static void
stage_skip_beginning(RunStage *stage, const RunStartingPoint *beginning)
{
	const SuiteDatabase *database = stage->job->database;

	if (stage_report_beginning(stage, beginning))
		return;
	if (stage->job->base != NULL)
		run_stage_skip(stage, stage->kind->name, "from the base on",
		               suite_node_position(database->migrations_node),
		               "not run, because the base could not be made");
	else
		run_stage_skip(stage, stage->kind->name, "from the baseline on",
		               suite_node_position(database->baseline->node),
		               "not run, because the baseline could not be made");
}

/* *ret_ready is false when there is nothing to begin with, which the stage baseline reports. */
static bool
stage_begin(RunStage *stage, bool *ret_ready, GError **error)
{
	RunStartingPoint *beginning = run_starting_points_get(stage->baseline, stage->server, &stage->stand_ins, error);

	if (beginning == NULL)
		return false;
	*ret_ready = !beginning->failed;
	if (beginning->failed)
		stage_skip_beginning(stage, beginning);
	if (stage->at_base && stage->job->base != NULL)
		g_ptr_array_set_size(beginning->migrations, 0);
	stage->migrations = beginning->migrations;
	stage->refusal = beginning->refusal;
	stage->workspace.template = beginning->template;
	stage->workspace.template_reading = beginning->reading;
	stage->workspace.exclusions = &beginning->exclusions;
	stage->n_unreached = beginning->others != NULL ? beginning->others->len - 1 : 0;
	return true;
}

/* A check of several databases runs on the last of them, and needs the others. */
static bool
is_needed_later(const RunJob *job)
{
	for (guint i = 0; i < job->suite->checks->len; i++) {
		const SuiteCheck *check = g_ptr_array_index(job->suite->checks, i);
		if (check->databases != NULL && check->database != job->database &&
		    g_ptr_array_find(check->databases, job->database, NULL))
			return true;
	}
	return false;
}

/* Roles of a history exist for all databases. So the state before it is read here, and restored for the next stage. */
static bool
read_shared_objects(RunStage *stage, GError **error)
{
	if (stage->turn == 0)
		return true;
	stage->shared_objects = check_shared_objects_read(stage->server, error);
	stage->workspace.shares_objects = true;
	stage->workspace.bonds_stay = is_needed_later(stage->job);
	return stage->shared_objects != NULL;
}

static void
restore_shared_objects(RunStage *stage)
{
	if (stage->shared_objects == NULL)
		return;
	/* No role can be dropped while a database holds something of it. */
	check_workspace_close(&stage->workspace);
	check_shared_objects_restore(stage->server, stage->job->set, stage->shared_objects,
	                             stage->workspace.bonds_stay);
	g_clear_pointer(&stage->shared_objects, check_shared_objects_free);
}

static bool
stage_work(RunStage *stage, GError **error)
{
	bool ready = true;

	run_stage_progress(stage, "preparing");
	run_turns_wait(stage->turns, stage->turn);
	stage->workspace = (CheckWorkspace){ .server = stage->server,
		                             .set = stage->job->set,
		                             .stand_ins = &stage->stand_ins,
		                             .exclusions = &stage->job->exclusions };
	return run_server_stand_ins(stage->server, stage->job->suite, &stage->stand_ins, error) &&
	       (stage->kind->needs_no_baseline || stage_begin(stage, &ready, error)) &&
	       read_shared_objects(stage, error) && (!ready || stage->kind->run(stage, error));
}

/* Turns an error that stopped the work into a case, so that every report has it. */
static void
report_stop(RunStage *stage, const GError *cause)
{
	SourcePosition position = { .path = stage->job->set->directory };
	g_autofree char *name = g_strdup_printf("the stage \"%s\" was aborted", stage->kind->name);
	ReportCase *test_case = run_stage_case(stage, "run", name, position);

	report_case_set(test_case, REPORT_ERRORED, "%s", cause->message);
	run_stage_report(test_case, stage);
}

static void
leave_database(RunStage *stage)
{
	check_workspace_disconnect(&stage->workspace);
	run_progress_leave(stage->history,
	                   is_needed_later(stage->job) ? g_steal_pointer(&stage->workspace.database) : NULL);
}

static bool
stage_ended_as_wanted(const RunStage *stage)
{
	return !base_interrupted() || run_health_is_stopped(stage->health);
}

static void
stage_keep(RunStage *stage)
{
	bool wanted = (stage->keep && stage->kind->leads) || (stage->keep_failed && stage->failed);

	if (stage->workspace.database == NULL || !wanted || !stage_ended_as_wanted(stage))
		return;
	g_autofree char *command = scratch_database_keep(stage->workspace.database);
	stage->listener.on_kept(command, stage->listener.data);
}

/* Hands the database over, unless other stages still need it. */
static void
stage_give_held(RunStage *stage)
{
	if (!stage->hold || !stage->reported || !stage_ended_as_wanted(stage))
		return;
	if (stage->held == NULL && stage->workspace.database != NULL && !is_needed_later(stage->job)) {
		check_workspace_disconnect(&stage->workspace);
		stage->held = g_steal_pointer(&stage->workspace.database);
	}
	if (stage->held != NULL)
		stage->listener.on_held(g_steal_pointer(&stage->held), stage->listener.data);
}

void
run_stage(RunStage *stage)
{
	g_autoptr(GError) cause = NULL;
	bool done = stage_work(stage, &cause);
	bool interrupted = base_interrupted();
	bool forward = stage->kind->leads;

	if (!done && !interrupted)
		report_stop(stage, cause);
	if (forward)
		run_progress_end(stage->history, NULL); /* ends the waits of other threads */
	stage_keep(stage);
	stage_give_held(stage);
	if (forward)
		leave_database(stage);
	if (stage->hold && stage->reported)
		g_clear_pointer(&stage->shared_objects, check_shared_objects_free);
	restore_shared_objects(stage);
	scratch_database_drop(stage->held, false);
	check_workspace_close_last(&stage->workspace);
	base_activity_set(NULL);
	run_turns_end(stage->turns, stage->turn);
	g_clear_pointer(&stage->stand_ins.sources, g_hash_table_unref);
}
