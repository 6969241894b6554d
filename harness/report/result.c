#include "report/result.h"

#include "report/facts.h"
#include "report/secrets.h"

#include <string.h>

static void
property_free(ReportProperty *property)
{
	g_free(property->name);
	g_free(property->value);
	g_free(property);
}

static void
time_free(gpointer data)
{
	ReportTime *time = data;

	g_free(time->database);
	g_free(time->stage);
	g_free(time);
}

static void
report_result_suite_free(ReportSuite *suite)
{
	g_free(suite->name);
	g_free(suite->title);
	g_free(suite->path);
	g_ptr_array_unref(suite->properties);
	g_ptr_array_unref(suite->cases);
	g_ptr_array_unref(suite->databases);
	g_ptr_array_unref(suite->times);
	g_ptr_array_unref(suite->watched);
	g_free(suite);
}

ReportCase *
report_case_new(const char *database, const char *stage, const char *name, SourcePosition position)
{
	ReportCase *test_case = g_new0(ReportCase, 1);

	test_case->database = g_strdup(database);
	test_case->stage = g_strdup(stage);
	test_case->name = g_strdup(name);
	test_case->position = position;
	test_case->status = REPORT_PASSED;
	return test_case;
}

void
report_case_free(ReportCase *test_case)
{
	if (test_case == NULL)
		return;
	g_free(test_case->database);
	g_free(test_case->stage);
	g_free(test_case->name);
	g_free(test_case->message);
	g_free(test_case->details);
	g_free(test_case->statement);
	g_free(test_case->notes);
	g_free(test_case->output);
	g_clear_pointer(&test_case->preconditions, g_ptr_array_unref);
	report_observation_free(test_case->observation);
	report_case_clear_facts(test_case);
	g_free(test_case);
}

static void
precondition_free(gpointer data)
{
	ReportPrecondition *precondition = data;

	g_free(precondition->meaning);
	g_free(precondition->query);
	g_free(precondition);
}

void
report_case_add_precondition(ReportCase *test_case, const char *meaning, const char *query, bool empty)
{
	ReportPrecondition *precondition = g_new0(ReportPrecondition, 1);

	precondition->meaning = g_strdup(meaning);
	precondition->query = g_strdup(query);
	precondition->empty = empty;
	if (test_case->preconditions == NULL)
		test_case->preconditions = g_ptr_array_new_with_free_func(precondition_free);
	g_ptr_array_add(test_case->preconditions, precondition);
}

void
report_case_set(ReportCase *test_case, ReportStatus status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	const char *start = text + strspn(text, "\r\n");
	g_strchomp(text);
	gsize line = strcspn(start, "\r\n");

	/* The arguments may have pointed into the old texts: they are freed only now. */
	g_free(test_case->message);
	g_free(test_case->details);
	test_case->status = status;
	test_case->message = line > 0 ? g_strndup(start, line) : NULL;
	test_case->details = start[line] != '\0' ? g_strdup(start) : NULL;
	test_case->plans_lines = 0;
	report_case_find_hint(test_case);
}

void
report_case_take_result(ReportCase *test_case, ReportCase *from)
{
	test_case->status = from->status;
	test_case->position = from->position;
	g_free(test_case->message);
	g_free(test_case->details);
	g_free(test_case->statement);
	g_free(test_case->notes);
	g_free(test_case->output);
	test_case->message = g_steal_pointer(&from->message);
	test_case->details = g_steal_pointer(&from->details);
	test_case->plans_line = from->plans_line;
	test_case->plans_lines = from->plans_lines;
	test_case->statement = g_steal_pointer(&from->statement);
	test_case->notes = g_steal_pointer(&from->notes);
	test_case->output = g_steal_pointer(&from->output);
	test_case->accepted_by = from->accepted_by;
	g_strfreev(test_case->accepted_names);
	test_case->accepted_names = g_steal_pointer(&from->accepted_names);
	report_case_take_facts(test_case, from);
}

void
report_case_note(ReportCase *test_case, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_strchomp(text);
	g_autofree char *before = test_case->notes;
	test_case->notes = before != NULL ? g_strjoin("\n", before, text, NULL) : g_strdup(text);
}

char *
report_case_said(const ReportCase *test_case)
{
	const char *const parts[] = { test_case->statement, test_case->notes, test_case->output };
	g_autoptr(GString) text = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
		if (parts[i] != NULL && *parts[i] != '\0')
			g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", parts[i]);
	return text->len > 0 ? g_strdup(text->str) : NULL;
}

char *
report_case_story(const ReportCase *test_case)
{
	GString *story = g_string_new(NULL);
	const char *message = test_case->message;
	const char *details = test_case->details;

	if (test_case->position.path != NULL) {
		SourcePosition position = test_case->position;
		g_autofree char *path = report_path_relative(position.path);
		position.path = path;
		g_autofree char *place = base_position_format(position);
		g_string_append_printf(story, "%s: ", place);
	}
	g_string_append(story, message != NULL ? message : report_status_name(test_case->status));
	if (details == NULL)
		return g_string_free(story, FALSE);
	if (message != NULL && g_str_has_prefix(details, message)) {
		const char *rest = details + strlen(message);
		if (*rest == '\0' || *rest == '\n' || *rest == '\r')
			details = rest + strspn(rest, "\r\n");
	}
	if (*details != '\0')
		g_string_append_printf(story, "\n%s", details);
	return g_string_free(story, FALSE);
}

ReportRun *
report_run_new(void)
{
	ReportRun *run = g_new0(ReportRun, 1);

	run->started = g_get_real_time();
	run->suites = g_ptr_array_new_with_free_func((GDestroyNotify)report_result_suite_free);
	return run;
}

void
report_run_free(ReportRun *run)
{
	if (run == NULL)
		return;
	g_ptr_array_unref(run->suites);
	g_free(run->title);
	g_free(run->base);
	g_free(run->division);
	g_strfreev(run->reproduce);
	g_free(run);
}

ReportSuite *
report_run_add_suite(ReportRun *run, const char *name, const char *title, const char *path)
{
	ReportSuite *suite = g_new0(ReportSuite, 1);

	suite->name = g_strdup(name);
	suite->title = g_strdup(title);
	suite->path = g_strdup(path);
	suite->started = g_get_real_time();
	suite->properties = g_ptr_array_new_with_free_func((GDestroyNotify)property_free);
	suite->cases = g_ptr_array_new_with_free_func((GDestroyNotify)report_case_free);
	suite->databases = g_ptr_array_new_with_free_func((GDestroyNotify)report_database_free);
	suite->times = g_ptr_array_new_with_free_func(time_free);
	suite->watched = g_ptr_array_new_with_free_func((GDestroyNotify)report_sighting_free);
	g_ptr_array_add(run->suites, suite);
	return suite;
}

void
report_suite_add_property(ReportSuite *suite, const char *name, const char *value)
{
	ReportProperty *property = g_new0(ReportProperty, 1);

	property->name = g_strdup(name);
	property->value = value != NULL ? report_secrets_hide(value) : NULL;
	g_ptr_array_add(suite->properties, property);
}

void
report_suite_add_time(ReportSuite *suite, const char *database, const char *stage, gint64 duration)
{
	for (guint i = 0; i < suite->times->len; i++) {
		ReportTime *time = g_ptr_array_index(suite->times, i);
		if (strcmp(time->database, database) != 0 || strcmp(time->stage, stage) != 0)
			continue;
		time->duration += duration;
		return;
	}
	ReportTime *time = g_new0(ReportTime, 1);
	*time = (ReportTime){ .database = g_strdup(database), .stage = g_strdup(stage), .duration = duration };
	g_ptr_array_add(suite->times, time);
}

void
report_suite_add_database(ReportSuite *suite, ReportDatabase *database)
{
	g_ptr_array_add(suite->databases, database);
}

const ReportDatabase *
report_suite_database(const ReportSuite *suite, const char *name)
{
	for (guint i = 0; name != NULL && i < suite->databases->len; i++) {
		const ReportDatabase *database = g_ptr_array_index(suite->databases, i);
		if (strcmp(database->name, name) == 0)
			return database;
	}
	return NULL;
}

void
report_suite_add_case(ReportSuite *suite, ReportCase *test_case)
{
	report_case_hide_secrets(test_case);
	g_ptr_array_add(suite->cases, test_case);
}

void
report_counts_add(ReportCounts *counts, ReportStatus status)
{
	guint *const counters[] = {
		[REPORT_PASSED] = &counts->passed,
		[REPORT_FAILED] = &counts->failed,
		[REPORT_ERRORED] = &counts->errored,
		[REPORT_SKIPPED] = &counts->skipped,
	};

	(*counters[status])++;
}

ReportCounts
report_suite_count(const ReportSuite *suite)
{
	ReportCounts counts = { 0 };

	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		report_counts_add(&counts, test_case->status);
	}
	return counts;
}

ReportCounts
report_run_count(const ReportRun *run)
{
	ReportCounts total = { 0 };

	for (guint i = 0; i < run->suites->len; i++) {
		ReportCounts counts = report_suite_count(g_ptr_array_index(run->suites, i));
		total.passed += counts.passed;
		total.failed += counts.failed;
		total.errored += counts.errored;
		total.skipped += counts.skipped;
	}
	return total;
}

const char *
report_status_name(ReportStatus status)
{
	static const char *const names[] = {
		[REPORT_PASSED] = "passed",
		[REPORT_FAILED] = "failed",
		[REPORT_ERRORED] = "error",
		[REPORT_SKIPPED] = "skipped",
	};

	return names[status];
}

char *
report_case_classname(const ReportSuite *suite, const ReportCase *test_case)
{
	const char *const parts[] = { suite->name, test_case->database, test_case->stage };
	GString *classname = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
		if (parts[i] == NULL || *parts[i] == '\0')
			continue;
		if (classname->len > 0)
			g_string_append_c(classname, '.');
		for (const char *p = parts[i]; *p != '\0'; p++)
			g_string_append_c(classname, *p == '.' ? '_' : *p);
	}
	return g_string_free(classname, FALSE);
}

/* No part of it is "." or "..", and none is empty. */
static bool
path_is_plain(const char *path)
{
	return *path != '/' && *path != '.' && strstr(path, "/.") == NULL && strstr(path, "//") == NULL;
}

char *
report_path_relative(const char *path)
{
	if (path_is_plain(path))
		return g_strdup(path);
	g_autofree char *here = g_get_current_dir();
	g_autofree char *whole = g_canonicalize_filename(path, here);
	gsize length = strlen(here);

	if (strncmp(whole, here, length) == 0 && whole[length] == '/')
		return g_strdup(whole + length + 1);
	return g_strdup(path);
}
