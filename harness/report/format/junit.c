/*
 * JUnit XML. There is no standard; this is what Jenkins (JUnit and xUnit plugins), GitLab and the
 * reporters of GitHub read in common. reports/junit.xsd describes it, docs/reports.md says why.
 */
#include "report/format/junit.h"

#include "report/file.h"
#include "report/format/format.h"
#include "report/text.h"
#include "report/xml.h"

#include <glib/gstdio.h>
#include <string.h>

/* A reader of GitLab refuses a file of more than 250,000 elements, attributes and texts. Jobs of Buildkite may send
 * 5,000 cases in one file. A case has at most so many of the first. */
#define JUNIT_MOST_PARTS      200000
#define JUNIT_PARTS_OF_A_CASE 14
#define JUNIT_MOST_CASES      5000

typedef struct {
	ReportXml *xml;
	bool with_places;  /* attributes file and line of the cases */
	bool strict;       /* a suite has no attributes that Surefire does not write */
	GHashTable *names; /* "classname\0name" as written -> how often it was asked for */
} Writer;

/* The cases that one file holds: from `first` to before `end`, counted over all suites in order. */
typedef struct {
	guint first;
	guint end;
} Part;

/* Digits after the point: Jenkins' xUnit plugin allows three for suites; cases may have more, and
 * many of them take less than a millisecond. */
static void
write_seconds(Writer *writer, gint64 microseconds, int digits)
{
	gint64 time = MAX(microseconds, 0);
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT ".%06d", time / G_USEC_PER_SEC,
	                                        (int)(time % G_USEC_PER_SEC));

	text[strlen(text) - 6 + (gsize)digits] = '\0';
	report_xml_attribute(writer->xml, "time", text);
}

static void
write_timestamp(Writer *writer, gint64 microseconds)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(microseconds / G_USEC_PER_SEC);
	g_autofree char *text = time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%S") : NULL;

	report_xml_attribute(writer->xml, "timestamp", text != NULL ? text : "1970-01-01T00:00:00");
}

static void
write_counts(Writer *writer, ReportCounts counts)
{
	report_xml_attribute_number(writer->xml, "tests",
	                            counts.passed + counts.failed + counts.errored + counts.skipped);
	report_xml_attribute_number(writer->xml, "failures", counts.failed);
	report_xml_attribute_number(writer->xml, "errors", counts.errored);
}

static void
write_properties(Writer *writer, const ReportSuite *suite)
{
	if (suite->properties->len == 0)
		return;
	report_xml_begin(writer->xml, "properties");
	for (guint i = 0; i < suite->properties->len; i++) {
		const ReportProperty *property = g_ptr_array_index(suite->properties, i);
		report_xml_begin(writer->xml, "property");
		report_xml_attribute(writer->xml, "name", property->name);
		report_xml_attribute(writer->xml, "value", property->value != NULL ? property->value : "");
		report_xml_end(writer->xml);
	}
	report_xml_end(writer->xml);
}

/* The name in the file, with a number if the class already has a case of this name: reporters identify a case by
 * classname and name, and merge equal ones. */
static char *
make_unique_name(Writer *writer, const char *classname, const char *name)
{
	g_autofree char *class_part = report_text_clean(classname, REPORT_XML_ATTRIBUTE_MAX, REPORT_TEXT_LINES);
	/* Room for the number, so that the limit does not cut it off again. */
	char *unique = report_text_clean(name, REPORT_XML_ATTRIBUTE_MAX / 2, REPORT_TEXT_LINES);
	g_autofree char *first = g_strconcat(class_part, "\x01", unique, NULL);
	g_autofree char *key = g_strdup(first);
	guint number = GPOINTER_TO_UINT(g_hash_table_lookup(writer->names, first));

	if (number == 0) {
		g_hash_table_insert(writer->names, g_steal_pointer(&first), GUINT_TO_POINTER(1));
		return unique;
	}
	while (g_hash_table_contains(writer->names, key)) {
		g_free(key);
		key = g_strdup_printf("%s (%u)", first, ++number);
	}
	g_hash_table_insert(writer->names, g_steal_pointer(&key), GUINT_TO_POINTER(1));
	g_hash_table_replace(writer->names, g_steal_pointer(&first), GUINT_TO_POINTER(number));
	g_autofree char *plain = unique;
	return g_strdup_printf("%s (%u)", plain, number);
}

/* Two lines to begin with, because some readers show no more: where and what; how to see it again. */
static char *
junit_make_text(const ReportCase *test_case)
{
	g_autofree char *story = report_case_story(test_case);
	g_autofree char *command = report_case_command(test_case);
	g_autoptr(GString) text = g_string_new(NULL);
	const char *rest = strchr(story, '\n');

	g_string_append_len(text, story, rest != NULL ? rest - story : -1);
	if (command != NULL)
		g_string_append_printf(text, "\nreproduce: %s", command);
	if (test_case->since != NULL)
		g_string_append_printf(text, "\nsince: %s", test_case->since);
	if (test_case->expected != NULL)
		g_string_append_printf(text, "\nexpected: %s", test_case->expected);
	g_string_append(text, rest != NULL ? rest : "");
	if (test_case->remedy != NULL)
		g_string_append_printf(text, "\nadd to the down:\n%s", test_case->remedy);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* A quotation mark in an attribute is an entity, of which readers take only so many. */
static void
write_message(Writer *writer, const char *message)
{
	g_autofree char *plain = g_strdelimit(g_strdup(message), "\"", '\'');

	report_xml_attribute(writer->xml, "message", plain);
}

static void
write_line(Writer *writer, SourcePosition position)
{
	if (writer->with_places && position.path != NULL && *position.path != '\0' && position.line > 0)
		report_xml_attribute_number(writer->xml, "line", position.line);
}

/* The text repeats the message: GitLab shows the text only, Jenkins and GitHub show both. */
static void
write_outcome(Writer *writer, const ReportCase *test_case)
{
	static const char *const elements[] = {
		[REPORT_FAILED] = "failure",
		[REPORT_ERRORED] = "error",
		[REPORT_SKIPPED] = "skipped",
	};

	if (test_case->status == REPORT_PASSED)
		return;
	const char *status = report_status_name(test_case->status);
	g_autofree char *text = junit_make_text(test_case);
	report_xml_begin(writer->xml, elements[test_case->status]);
	write_message(writer, test_case->message != NULL ? test_case->message : status);
	/* GitLab reads documents with a parser that takes some types ("file", "integer", "yaml") for
	 * instructions to convert the text: only words that are none of those. */
	if (test_case->status != REPORT_SKIPPED) {
		report_xml_attribute(writer->xml, "type", status);
		write_line(writer, test_case->position);
	}
	report_xml_text(writer->xml, text);
	report_xml_end(writer->xml);
}

static void
write_place(Writer *writer, SourcePosition position)
{
	if (position.path == NULL || *position.path == '\0' || !writer->with_places)
		return;
	g_autofree char *path = report_path_relative(position.path);
	report_xml_attribute(writer->xml, "file", path);
	write_line(writer, position);
}

static void
write_case(Writer *writer, const ReportSuite *suite, const ReportCase *test_case)
{
	g_autofree char *classname = report_case_classname(suite, test_case);
	g_autofree char *name = make_unique_name(writer, classname, test_case->name);

	report_xml_begin(writer->xml, "testcase");
	report_xml_attribute(writer->xml, "classname", classname);
	report_xml_attribute(writer->xml, "name", name);
	write_seconds(writer, test_case->duration, 6);
	write_place(writer, test_case->position);
	write_outcome(writer, test_case);
	g_autofree char *said = report_case_said(test_case);
	if (said != NULL) {
		report_xml_begin(writer->xml, "system-out");
		report_xml_text(writer->xml, said);
		report_xml_end(writer->xml);
	}
	report_xml_end(writer->xml);
}

/* The cases of the part that belong to the suite, whose first case has the number `start`. */
static Part
part_of_suite(Part part, const ReportSuite *suite, guint start)
{
	guint end = start + suite->cases->len;
	Part of_suite = { .first = CLAMP(part.first, start, end) - start, .end = CLAMP(part.end, start, end) - start };

	return of_suite;
}

static ReportCounts
part_count(const ReportSuite *suite, Part part)
{
	ReportCounts counts = { 0 };

	for (guint i = part.first; i < part.end; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		report_counts_add(&counts, test_case->status);
	}
	return counts;
}

/* The id keeps suites of the same name apart: Jenkins drops the second one when they also
 * started in the same second. The host is never named. */
static void
junit_write_suite(Writer *writer, const ReportSuite *suite, guint id, Part part)
{
	ReportCounts counts = part_count(suite, part);

	report_xml_begin(writer->xml, "testsuite");
	if (!writer->strict)
		report_xml_attribute_number(writer->xml, "id", id);
	report_xml_attribute(writer->xml, "name", suite->name);
	write_counts(writer, counts);
	report_xml_attribute_number(writer->xml, "skipped", counts.skipped);
	write_seconds(writer, suite->duration, 3);
	write_timestamp(writer, suite->started);
	if (!writer->strict)
		report_xml_attribute(writer->xml, "hostname", "localhost");
	if (!writer->strict && suite->path != NULL && *suite->path != '\0') {
		g_autofree char *path = report_path_relative(suite->path);
		report_xml_attribute(writer->xml, "file", path);
	}
	write_properties(writer, suite);
	for (guint i = part.first; i < part.end; i++)
		write_case(writer, suite, g_ptr_array_index(suite->cases, i));
	report_xml_end(writer->xml);
}

static void
part_write(Writer *writer, const ReportRun *run, Part part)
{
	ReportCounts counts = { 0 };
	guint start = 0;

	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		ReportCounts some = part_count(suite, part_of_suite(part, suite, start));
		counts.passed += some.passed;
		counts.failed += some.failed;
		counts.errored += some.errored;
		counts.skipped += some.skipped;
		start += suite->cases->len;
	}
	/* No "skipped" here: Jenkins' xUnit plugin refuses it on the outermost element. */
	report_xml_begin(writer->xml, "testsuites");
	report_xml_attribute(writer->xml, "name", "pgassay");
	write_counts(writer, counts);
	write_seconds(writer, run->duration, 3);
	start = 0;
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		Part of_suite = part_of_suite(part, suite, start);
		if (of_suite.first < of_suite.end || (part.first == 0 && suite->cases->len == 0))
			junit_write_suite(writer, suite, i, of_suite);
		start += suite->cases->len;
	}
	report_xml_end(writer->xml);
}

static bool
write_file(const ReportRun *run, const char *path, Part part, bool with_places, GHashTable *names, GError **error)
{
	g_autoptr(ReportXml) xml = report_xml_new();
	Writer writer = { .xml = xml, .with_places = with_places, .names = names };
	gsize length = 0;

	part_write(&writer, run, part);
	const char *document = report_xml_finish(xml, &length, error);
	return document != NULL && report_file_write(path, document, length, error);
}

bool
report_junit_write_suite(const ReportSuite *suite, guint first, guint end, GHashTable *names, const char *path,
                         GError **error)
{
	g_autoptr(ReportXml) xml = report_xml_new();
	Writer writer = { .xml = xml, .strict = true, .names = names };
	gsize length = 0;

	report_xml_comment(xml, REPORT_JUNIT_MARK);
	junit_write_suite(&writer, suite, 0, (Part){ .first = first, .end = end });
	const char *document = report_xml_finish(xml, &length, error);
	return document != NULL && report_file_write(path, document, length, error);
}

/* "junit.xml", "junit-2.xml", "junit-3.xml". */
static char *
part_path(const char *path, guint number)
{
	const char *dot = strrchr(path, '.');
	gsize length = dot != NULL && strchr(dot, '/') == NULL ? (gsize)(dot - path) : strlen(path);

	return number == 1 ? g_strdup(path) : g_strdup_printf("%.*s-%u%s", (int)length, path, number, path + length);
}

guint
report_junit_most_cases(void)
{
	const char *buildkite = g_getenv("BUILDKITE");

	return buildkite != NULL && *buildkite != '\0' ? JUNIT_MOST_CASES : JUNIT_MOST_PARTS / JUNIT_PARTS_OF_A_CASE;
}

/* One of an earlier run, which had more cases. */
static void
remove_part(const char *path, guint number)
{
	g_autofree char *old = part_path(path, number);

	if (g_file_test(old, G_FILE_TEST_IS_REGULAR))
		g_unlink(old);
}

static bool
write_report(const ReportRun *run, const char *path, bool with_places, GError **error)
{
	ReportCounts counts = report_run_count(run);
	guint n_cases = counts.passed + counts.failed + counts.errored + counts.skipped;
	guint most = report_junit_most_cases();
	guint n_parts = MAX((n_cases + most - 1) / most, 1);
	/* A case has one name in all of them. */
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < n_parts; i++) {
		Part part = { .first = i * most, .end = MIN((i + 1) * most, n_cases) };
		g_autofree char *file = part_path(path, i + 1);
		if (!write_file(run, file, part, with_places, names, error))
			return false;
	}
	remove_part(path, n_parts + 1);
	return true;
}

bool
report_junit_write(const ReportRun *run, const char *path, GError **error)
{
	return write_report(run, path, true, error);
}

bool
report_xunit_write(const ReportRun *run, const char *path, GError **error)
{
	return write_report(run, path, false, error);
}
