/* The console for programs: an object a line, as it happens. */
#include "report/console/private.h"

#include "report/cause.h"
#include "report/json_case.h"

/* Interval of the progress messages, in microseconds. */
#define PROGRESS_INTERVAL G_USEC_PER_SEC

static ReportJson
json_begin(GString *out, const char *event)
{
	ReportJson json = { .out = out, .first = true };

	report_json_begin(&json, NULL, '{');
	report_json_text(&json, "event", event);
	return json;
}

static void
json_put(ReportConsole *console, GString *line)
{
	g_string_append_c(line, '\n');
	fwrite(line->str, 1, line->len, console->stream);
	fflush(console->stream);
}

static void
json_end(ReportConsole *console, ReportJson *json)
{
	report_json_end(json, '}');
	json_put(console, json->out);
}

void
report_console_json_begin(ReportConsole *console)
{
	g_autoptr(GString) line = g_string_new(NULL);
	ReportJson json = json_begin(line, "begin");

	report_json_text(&json, "format", "pgassay events");
	report_json_number(&json, "version", 1);
	report_json_text(&json, "program", PGASSAY_VERSION);
	json_end(console, &json);
}

void
report_console_json_shard(ReportConsole *console, const ReportRun *run, guint ours, guint all)
{
	g_autoptr(GString) line = g_string_new(NULL);
	ReportJson json = json_begin(line, "shard");

	report_json_number(&json, "number", run->shard);
	report_json_number(&json, "of", run->n_shards);
	report_json_number(&json, "stages", ours);
	report_json_number(&json, "all_stages", all);
	json_end(console, &json);
}

void
report_console_json_suite(ReportConsole *console, const ReportSuite *suite)
{
	g_autoptr(GString) line = g_string_new(NULL);
	ReportJson json = json_begin(line, "suite");

	report_json_text(&json, "name", suite->name);
	report_json_text(&json, "title", suite->title);
	report_json_path(&json, suite->path);
	json_end(console, &json);
}

void
report_console_json_progress(ReportConsole *console, const char *what)
{
	const ReportCounts *counts = &console->counts;
	gint64 now = g_get_monotonic_time();

	if (now - console->progress_time < PROGRESS_INTERVAL)
		return;
	console->progress_time = now;
	g_autoptr(GString) line = g_string_new(NULL);
	ReportJson json = json_begin(line, "progress");
	report_json_text(&json, "text", what);
	report_json_counts(&json, *counts);
	json_end(console, &json);
}

void
report_console_json_note(ReportConsole *console, const ReportSuite *suite, const char *database, const char *text)
{
	g_autoptr(GString) line = g_string_new(NULL);
	ReportJson json = json_begin(line, "note");

	report_json_text(&json, "suite", suite->name);
	report_json_text(&json, "database", database);
	report_json_text(&json, "text", text);
	json_end(console, &json);
}

void
report_console_json_case(ReportConsole *console, const ReportSuite *suite, const ReportCase *test_case)
{
	g_autoptr(GString) line = g_string_new(NULL);
	ReportJson json = { .out = line, .first = true };

	report_json_case(&json, "case", suite, test_case);
	json_put(console, line);
}

void
report_console_json_error(ReportConsole *console, const char *message)
{
	g_autoptr(GString) line = g_string_new(NULL);
	ReportJson json = json_begin(line, "error");

	report_json_text(&json, "message", message);
	json_end(console, &json);
}

void
report_console_json_end(ReportConsole *console, const ReportRun *run)
{
	g_autoptr(GString) line = g_string_new(NULL);
	g_autofree char *verdict = report_run_verdict(run);
	ReportJson json = json_begin(line, "end");

	report_json_text(&json, "verdict", verdict);
	report_json_number(&json, "duration_us", MAX(run->duration, 0));
	report_json_counts(&json, report_run_count(run));
	json_end(console, &json);
}
