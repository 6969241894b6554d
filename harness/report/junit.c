/*
 * JUnit XML. There is no standard; this is what Jenkins (JUnit and xUnit plugins), GitLab and the
 * reporters of GitHub read in common. reports/junit.xsd describes it, docs/reports.md says why.
 */
#include "report/file.h"
#include "report/format.h"
#include "report/text.h"
#include "report/xml.h"

#include <string.h>

typedef struct {
	ReportXml *xml;
	bool with_places;  /* attributes file and line of the cases */
	GHashTable *names; /* "classname\0name" as written -> how often it was asked for */
} Writer;

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

/* The name as it will be in the file, with a number when the class has such a name already:
 * reporters take classname and name for the identity of a case and merge what is equal. */
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
	g_autofree char *story = report_case_story(test_case);
	report_xml_begin(writer->xml, elements[test_case->status]);
	report_xml_attribute(writer->xml, "message", test_case->message != NULL ? test_case->message : status);
	/* GitLab reads documents with a parser that takes some types ("file", "integer", "yaml") for
	 * instructions to convert the text: only words that are none of those. */
	if (test_case->status != REPORT_SKIPPED)
		report_xml_attribute(writer->xml, "type", status);
	report_xml_text(writer->xml, story);
	report_xml_end(writer->xml);
}

static void
write_place(Writer *writer, SourcePosition position)
{
	if (position.path == NULL || *position.path == '\0' || !writer->with_places)
		return;
	g_autofree char *path = report_path_relative(position.path);
	report_xml_attribute(writer->xml, "file", path);
	if (position.line > 0)
		report_xml_attribute_number(writer->xml, "line", position.line);
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
	if (test_case->output != NULL) {
		report_xml_begin(writer->xml, "system-out");
		report_xml_text(writer->xml, test_case->output);
		report_xml_end(writer->xml);
	}
	report_xml_end(writer->xml);
}

/* The id keeps suites of the same name apart: Jenkins drops the second one when they also
 * started in the same second. The host is never named. */
static void
junit_write_suite(Writer *writer, const ReportSuite *suite, guint id)
{
	ReportCounts counts = report_suite_count(suite);

	report_xml_begin(writer->xml, "testsuite");
	report_xml_attribute_number(writer->xml, "id", id);
	report_xml_attribute(writer->xml, "name", suite->name);
	write_counts(writer, counts);
	report_xml_attribute_number(writer->xml, "skipped", counts.skipped);
	write_seconds(writer, suite->duration, 3);
	write_timestamp(writer, suite->started);
	report_xml_attribute(writer->xml, "hostname", "localhost");
	if (suite->path != NULL && *suite->path != '\0') {
		g_autofree char *path = report_path_relative(suite->path);
		report_xml_attribute(writer->xml, "file", path);
	}
	write_properties(writer, suite);
	for (guint i = 0; i < suite->cases->len; i++)
		write_case(writer, suite, g_ptr_array_index(suite->cases, i));
	report_xml_end(writer->xml);
}

static bool
write_report(const ReportRun *run, const char *path, bool with_places, GError **error)
{
	g_autoptr(ReportXml) xml = report_xml_new();
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Writer writer = { .xml = xml, .with_places = with_places, .names = names };
	gsize length = 0;

	/* No "skipped" here: Jenkins' xUnit plugin refuses it on the outermost element. */
	report_xml_begin(xml, "testsuites");
	report_xml_attribute(xml, "name", "pgassay");
	write_counts(&writer, report_run_count(run));
	write_seconds(&writer, run->duration, 3);
	for (guint i = 0; i < run->suites->len; i++)
		junit_write_suite(&writer, g_ptr_array_index(run->suites, i), i);
	report_xml_end(xml);
	const char *document = report_xml_finish(xml, &length, error);
	return document != NULL && report_file_write(path, document, length, error);
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
