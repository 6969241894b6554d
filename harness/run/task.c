#include "run/task.h"

#include "report/cause.h"
#include "report/secrets.h"
#include "run/job/waiting.h"
#include "run/reproduce.h"

#include <string.h>

/* The events that a stage's thread sends to the collecting one. */
typedef enum {
	EVENT_CASE,
	EVENT_PROGRESS,
	EVENT_PROPERTY,
	EVENT_DATABASE,
	EVENT_KEPT,
	EVENT_HELD,
	EVENT_TIME,
	EVENT_END,
} EventKind;

typedef struct {
	EventKind kind;
	ReportCase *test_case;
	ReportDatabase *database;
	ScratchDatabase *held;
	char *name;
	char *text;
	gint64 duration;
} Event;

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
	scratch_database_drop(event->held, false);
	g_free(event->name);
	g_free(event->text);
	g_free(event);
}

static void
on_case(ReportCase *test_case, void *data)
{
	Event *event = event_new(EVENT_CASE, NULL, NULL);

	event->test_case = test_case;
	g_async_queue_push(((RunTask *)data)->events, event);
}

static void
on_database(ReportDatabase *database, void *data)
{
	Event *event = event_new(EVENT_DATABASE, NULL, NULL);

	event->database = database;
	g_async_queue_push(((RunTask *)data)->events, event);
}

static void
on_progress(const char *what, void *data)
{
	g_async_queue_push(((RunTask *)data)->events, event_new(EVENT_PROGRESS, NULL, what));
}

static void
on_property(const char *name, const char *value, void *data)
{
	g_async_queue_push(((RunTask *)data)->events, event_new(EVENT_PROPERTY, name, value));
}

static void
on_kept(const char *command, void *data)
{
	g_async_queue_push(((RunTask *)data)->events, event_new(EVENT_KEPT, NULL, command));
}

static void
on_held(ScratchDatabase *database, void *data)
{
	Event *event = event_new(EVENT_HELD, NULL, NULL);

	event->held = database;
	g_async_queue_push(((RunTask *)data)->events, event);
}

RunTask *
run_task_new(void)
{
	RunTask *task = g_new0(RunTask, 1);

	task->events = g_async_queue_new_full(event_free);
	task->stage.listener = (RunListener){ .data = task,
		                              .on_case = on_case,
		                              .on_progress = on_progress,
		                              .on_property = on_property,
		                              .on_database = on_database,
		                              .on_kept = on_kept,
		                              .on_held = on_held };
	return task;
}

void
run_task_free(gpointer data)
{
	RunTask *task = data;

	g_async_queue_unref(task->events);
	g_free(task);
}

void
run_task_work(gpointer data, gpointer user_data)
{
	RunTask *task = data;
	gint64 start = g_get_monotonic_time();

	(void)user_data;
	run_waiting_take();
	run_stage(&task->stage);
	Event *event = event_new(EVENT_TIME, NULL, NULL);
	event->duration = g_get_monotonic_time() - start - run_waiting_take();
	g_async_queue_push(task->events, event);
	g_async_queue_push(task->events, event_new(EVENT_END, NULL, NULL));
}

void
run_task_take_case(const RunOptions *options, ReportSuite *suite, ReportCase *test_case)
{
	report_case_hide_secrets(test_case);
	report_case_find_since(suite, test_case);
	run_reproduce(options->command, options->names_suites, suite, test_case);
	if (options->console != NULL)
		report_console_case(options->console, suite, test_case);
	report_suite_add_case(suite, test_case);
}

/* The report has all of it; warnings are also shown on the terminal. */
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
void
run_task_collect(RunTask *task, const RunOptions *options, ReportSuite *suite, RunResult *result)
{
	const RunStage *stage = &task->stage;

	for (bool ended = false; !ended;) {
		Event *event = g_async_queue_pop(task->events);
		switch (event->kind) {
		case EVENT_CASE:
			run_task_take_case(options, suite, g_steal_pointer(&event->test_case));
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
			g_ptr_array_add(result->messages, g_strdup_printf("kept: %s", event->text));
			break;
		case EVENT_HELD:
			g_ptr_array_add(result->held, g_steal_pointer(&event->held));
			break;
		case EVENT_TIME:
			if (!stage->is_ground)
				report_suite_add_time(suite, task->job->database->name, stage->kind->name,
				                      event->duration);
			break;
		case EVENT_END:
			ended = true;
			break;
		}
		event_free(event);
	}
}
