#include "report/format/format.h"

#include <glib/gstdio.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <libxml/xpath.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static xmlSchema *schema;

static void
say_nothing(void *context, const char *format, ...)
{
	(void)context;
	(void)format;
}

static int
load_schema(void **state)
{
	(void)state;
	g_autofree char *path = g_build_filename(g_getenv("PGASSAY_SOURCE_ROOT"), "reports", "junit.xsd", NULL);
	xmlSchemaParserCtxt *context = xmlSchemaNewParserCtxt(path);

	schema = xmlSchemaParse(context);
	xmlSchemaFreeParserCtxt(context);
	return schema == NULL;
}

static int
free_schema(void **state)
{
	(void)state;
	xmlSchemaFree(schema);
	xmlCleanupParser();
	return 0;
}

static bool
is_valid(xmlDoc *document, bool say_why)
{
	xmlSchemaValidCtxt *context = xmlSchemaNewValidCtxt(schema);

	if (!say_why)
		xmlSchemaSetValidErrors(context, say_nothing, say_nothing, NULL);
	int result = xmlSchemaValidateDoc(context, document);
	xmlSchemaFreeValidCtxt(context);
	return result == 0;
}

/* Writes the run, reads it back as any reader would, and validates it. */
static xmlDoc *
write_and_read_as(const ReportRun *run, bool (*write)(const ReportRun *, const char *, GError **))
{
	g_autofree char *folder = g_dir_make_tmp("pgassay-report-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "junit.xml", NULL);
	g_autoptr(GError) error = NULL;

	assert_true(write(run, path, &error));
	xmlDoc *document = xmlReadFile(path, NULL, XML_PARSE_NONET);
	assert_non_null(document);
	assert_true(is_valid(document, true));
	g_unlink(path);
	assert_int_equal(g_rmdir(folder), 0);
	return document;
}

static xmlDoc *
write_and_read(const ReportRun *run)
{
	return write_and_read_as(run, report_junit_write);
}

static char *
evaluate(xmlDoc *document, const char *expression)
{
	xmlXPathContext *context = xmlXPathNewContext(document);
	xmlXPathObject *object = xmlXPathEvalExpression(BAD_CAST expression, context);

	assert_non_null(object);
	xmlChar *value = xmlXPathCastToString(object);
	char *copy = g_strdup((const char *)value);
	xmlFree(value);
	xmlXPathFreeObject(object);
	xmlXPathFreeContext(context);
	return copy;
}

static void
assert_xpath(xmlDoc *document, const char *expression, const char *expected)
{
	g_autofree char *value = evaluate(document, expression);

	if (strcmp(value, expected) != 0)
		print_message("%s\n", expression);
	assert_string_equal(value, expected);
}

static ReportCase *
add_case(ReportSuite *suite, const char *database, const char *stage, const char *name, guint line)
{
	SourcePosition position = { .path = line > 0 ? "migrations/kb/0001.sql" : NULL, .line = line };
	ReportCase *test_case = report_case_new(database, stage, name, position);

	report_suite_add_case(suite, test_case);
	return test_case;
}

/* Everything that a report can hold. */
static ReportRun *
make_run(void)
{
	ReportRun *run = report_run_new();
	ReportSuite *kb = report_run_add_suite(run, "kb", "Knowledge base", "suites/kb.yaml");

	run->duration = G_GINT64_CONSTANT(4321987654);
	kb->started = G_GINT64_CONSTANT(1767323045123456);
	kb->duration = 1234567;
	report_suite_add_property(kb, "server.version", "15.18");
	report_suite_add_property(kb, "stand-ins", NULL);
	add_case(kb, "kb", "forward", "0001_init", 1)->duration = 41007;
	ReportCase *failed = add_case(kb, "kb", "round trip", "0001_init", 3);
	failed->duration = 12;
	report_case_set(failed, REPORT_FAILED, "index \"i\" is unexpected\n  on kb.documents\n\tand <more>");
	failed->output = g_strdup("DROP INDEX i;\n");
	failed->since = g_strdup("0001_init");
	failed->expected = g_strdup("After up and down, all is as before.");
	failed->reproduce = g_strsplit("pgassay,run,--only,kb/round trip/0001_init", ",", -1);
	report_case_set(add_case(kb, "kb", "round trip", "0002", 0), REPORT_ERRORED, "no connection");
	report_case_set(add_case(kb, NULL, "isolation", "kb and auth", 0), REPORT_SKIPPED, "one database only");
	report_run_add_suite(run, "empty", NULL, NULL);
	return run;
}

static void
the_file_matches_the_model(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = make_run();
	xmlDoc *document = write_and_read(run);
	static const struct {
		const char *expression;
		const char *value;
	} cases[] = {
		{ "/testsuites/@name", "pgassay" },
		{ "/testsuites/@tests", "4" },
		{ "/testsuites/@failures", "1" },
		{ "/testsuites/@errors", "1" },
		{ "count(/testsuites/@skipped)", "0" },
		{ "/testsuites/@time", "4321.987" },
		{ "count(/testsuites/testsuite)", "2" },
		{ "//testsuite[2]/@id - //testsuite[1]/@id", "1" },
		{ "//testsuite[1]/@name", "kb" },
		{ "//testsuite[1]/@tests", "4" },
		{ "//testsuite[1]/@failures", "1" },
		{ "//testsuite[1]/@errors", "1" },
		{ "//testsuite[1]/@skipped", "1" },
		{ "//testsuite[1]/@time", "1.234" },
		{ "//testsuite[1]/@timestamp", "2026-01-02T03:04:05" },
		{ "//testsuite[1]/@hostname", "localhost" },
		{ "//testsuite[1]/@file", "suites/kb.yaml" },
		{ "count(//testsuite[1]/properties/property)", "2" },
		{ "//property[1]/@name", "server.version" },
		{ "//property[1]/@value", "15.18" },
		{ "//property[2]/@value", "" },
		{ "//testsuite[2]/@tests", "0" },
		{ "count(//testsuite[2]/*)", "0" },
		{ "count(//testsuite[2]/@file)", "0" },
		{ "count(//testcase)", "4" },
		{ "count(//failure)", "1" },
		{ "count(//error)", "1" },
		{ "count(//skipped)", "1" },
		{ "//testcase[1]/@classname", "kb.kb.forward" },
		{ "//testcase[1]/@name", "0001_init" },
		{ "//testcase[1]/@time", "0.041007" },
		{ "//testcase[1]/@file", "migrations/kb/0001.sql" },
		{ "//testcase[1]/@line", "1" },
		{ "count(//testcase[1]/*)", "0" },
		{ "//testcase[2]/@time", "0.000012" },
		{ "//testcase[2]/failure/@message", "index 'i' is unexpected" },
		{ "//testcase[2]/failure/@line", "3" },
		{ "//testcase[2]/failure/@type", "failed" },
		{ "//testcase[2]/failure", "migrations/kb/0001.sql:3: index \"i\" is unexpected\n"
		                           "reproduce: pgassay run --only 'kb/round trip/0001_init'\n"
		                           "since: 0001_init\n"
		                           "expected: After up and down, all is as before.\n"
		                           "  on kb.documents\n\tand <more>" },
		{ "//testcase[2]/system-out", "DROP INDEX i;\n" },
		{ "//testcase[3]/error/@message", "no connection" },
		{ "//testcase[3]/error/@type", "error" },
		{ "//testcase[3]/error", "no connection" },
		{ "count(//testcase[3]/@file | //testcase[3]/@line)", "0" },
		{ "//testcase[4]/@classname", "kb.isolation" },
		{ "//testcase[4]/skipped/@message", "one database only" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_xpath(document, cases[i].expression, cases[i].value);
	xmlFreeDoc(document);
}

static void
the_xunit_format_leaves_the_places_of_cases_out(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = make_run();
	xmlDoc *document = write_and_read_as(run, report_xunit_write);

	assert_xpath(document, "count(//testcase)", "4");
	assert_xpath(document, "count(//testcase/@file | //testcase/@line | //failure/@line)", "0");
	assert_xpath(document, "starts-with(//failure, 'migrations/kb/0001.sql:3: ')", "true");
	xmlFreeDoc(document);
}

static void
an_empty_run_is_valid(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = report_run_new();

	xmlFreeDoc(write_and_read(run));
}

static void
times_that_make_no_sense_are_written_as_none(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "s", NULL, "");

	run->duration = -1;
	suite->duration = G_MININT64;
	suite->started = G_MAXINT64;
	add_case(suite, NULL, "x", "y", 0)->duration = G_MININT64;
	xmlDoc *document = write_and_read(run);
	assert_xpath(document, "/testsuites/@time", "0.000");
	assert_xpath(document, "//testsuite/@time", "0.000");
	assert_xpath(document, "//testsuite/@timestamp", "1970-01-01T00:00:00");
	assert_xpath(document, "//testcase/@time", "0.000000");
	xmlFreeDoc(document);
}

static void
equal_names_within_a_class_get_numbers(void **state)
{
	(void)state;
	static const char *const names[] = { "x", "x", "x (2)", "x", "y", "x (2)", "a\x1b", "a\\x1b" };
	static const char *const written[] = { "x", "x (2)",     "x (2) (2)", "x (3)",
		                               "y", "x (2) (3)", "a\\x1b",    "a\\x1b (2)" };
	g_autoptr(ReportRun) run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "s", NULL, NULL);
	ReportSuite *twin = report_run_add_suite(run, "s", NULL, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		add_case(suite, "d", "stage", names[i], 0);
	add_case(suite, "other", "stage", "x", 0);
	add_case(twin, "d", "stage", "x", 0);
	xmlDoc *document = write_and_read(run);
	for (size_t i = 0; i < G_N_ELEMENTS(written); i++) {
		g_autofree char *expression = g_strdup_printf("//testsuite[1]/testcase[%zu]/@name", i + 1);
		assert_xpath(document, expression, written[i]);
	}
	assert_xpath(document, "//testcase[@classname='s.other.stage']/@name", "x");
	assert_xpath(document, "//testsuite[2]/testcase/@name", "x (4)");
	xmlFreeDoc(document);
}

static void
long_names_that_differ_at_the_end_stay_apart(void **state)
{
	(void)state;
	g_autofree char *filler = g_strnfill(10000, 'n');
	g_autofree char *one = g_strconcat(filler, "1", NULL);
	g_autofree char *two = g_strconcat(filler, "2", NULL);
	g_autoptr(ReportRun) run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, filler, NULL, NULL);

	add_case(suite, filler, filler, one, 0);
	add_case(suite, filler, filler, two, 0);
	xmlDoc *document = write_and_read(run);
	assert_xpath(document, "//testcase[1]/@name != //testcase[2]/@name", "true");
	assert_xpath(document, "string-length(//testcase[2]/@name) < 4100", "true");
	xmlFreeDoc(document);
}

/* Puts the text wherever a text can stand. */
static ReportRun *
make_run_of(const char *text)
{
	ReportRun *run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, text, text, text);
	static const ReportStatus statuses[] = { REPORT_FAILED, REPORT_ERRORED, REPORT_SKIPPED };

	report_suite_add_property(suite, text, text);
	for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
		SourcePosition position = { .path = *text != '\0' ? g_intern_string(text) : NULL, .line = 1 };
		ReportCase *test_case = report_case_new(text, text, text, position);
		test_case->status = statuses[i];
		test_case->message = g_strdup(text);
		test_case->details = g_strdup(text);
		test_case->output = g_strdup(text);
		report_suite_add_case(suite, test_case);
	}
	return run;
}

static void
hostile_texts_break_nothing(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *attribute;
		const char *content;
	} cases[] = {
		{ "]]>", "]]>", "]]>" },
		{ "<![CDATA[x]]>", "<![CDATA[x]]>", "<![CDATA[x]]>" },
		{ "</system-out></testcase>", "</system-out></testcase>", "</system-out></testcase>" },
		{ "&amp;&#27;&\"'", "&amp;&#27;&\"'", "&amp;&#27;&\"'" },
		{ "]]]]>>]]>]]", "]]]]>>]]>]]", "]]]]>>]]>]]" },
		{ "<?xml?>", "<?xml?>", "<?xml?>" },
		{ "a\nb\tc", "a\nb\tc", "a\nb\tc" },
		{ "a\r\nb", "a\nb", "a\nb" },
		{ "a\rb", "a\\rb", "a\\rb" },
		{ "\x1b]0;x\x07", "\\x1b]0;x\\x07", "\\x1b]0;x\\x07" },
		{ "\xff\xc3(", "\\xff\\xc3(", "\\xff\\xc3(" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80" },
		{ "\xef\xbf\xbe\xef\xbf\xbf", "\\ufffe\\uffff", "\\ufffe\\uffff" },
		{ "\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf", "\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf",
		  "\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf" },
		{ "", "", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ReportRun) run = make_run_of(cases[i].text);
		xmlDoc *document = write_and_read(run);
		assert_xpath(document, "//testsuite/@name", cases[i].attribute);
		assert_xpath(document, "//property/@value", cases[i].attribute);
		assert_xpath(document, "//testcase[1]/@name", cases[i].attribute);
		/* Quotation marks would be entities, of which readers take only so many. */
		g_autofree char *message = g_strdelimit(g_strdup(cases[i].attribute), "\"", '\'');
		assert_xpath(document, "//failure/@message", message);
		assert_xpath(document, "//testcase[2]/system-out", cases[i].content);
		xmlFreeDoc(document);
	}
}

static void
every_control_character_can_be_carried(void **state)
{
	(void)state;
	GString *text = g_string_new(NULL);

	for (gunichar c = 1; c < 0x100; c++)
		g_string_append_unichar(text, c);
	for (int byte = 1; byte < 0x100; byte++)
		g_string_append_c(text, (char)byte);
	g_autoptr(ReportRun) run = make_run_of(text->str);
	xmlDoc *document = write_and_read(run);
	assert_xpath(document, "contains(//failure/@message, '\\x01\\x02')", "true");
	assert_xpath(document, "contains(//failure, '\\u009b')", "true");
	xmlFreeDoc(document);
	g_string_free(text, TRUE);
}

static void
very_long_texts_are_cut_with_a_note(void **state)
{
	(void)state;
	g_autofree char *large = g_strnfill(1024 * 1024, 'x');
	g_autofree char *escapes = g_strnfill(1024 * 1024, '\x1b');
	g_autoptr(ReportRun) run = make_run_of(large);
	g_autoptr(ReportRun) escaped = make_run_of(escapes);
	xmlDoc *document = write_and_read(run);

	assert_xpath(document, "string-length(substring-before(//testcase[1]/system-out, '\n[cut: '))", "262144");
	assert_xpath(document, "substring-after(//testcase[1]/system-out, '\n')", "[cut: 786432 bytes left out]");
	assert_xpath(document, "string-length(//failure/@message) < 4200", "true");
	xmlFreeDoc(document);
	document = write_and_read(escaped);
	assert_xpath(document, "string-length(//testcase[1]/system-out) < 262200", "true");
	xmlFreeDoc(document);
}

static void
random_bytes_always_give_a_document(void **state)
{
	(void)state;
	GRand *random = g_rand_new_with_seed(20251025);
	static const char *const pieces[] = { "]]>", "&", "<", "\r\n", "\xef\xbf", "\xed\xa0", "\xc2", "\x1b[" };

	for (int round = 0; round < 300; round++) {
		GString *text = g_string_new(NULL);
		for (int length = g_rand_int_range(random, 0, 200); length > 0; length--) {
			if (g_rand_int_range(random, 0, 8) == 0)
				g_string_append(text, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
			else
				g_string_append_c(text, (char)g_rand_int_range(random, 1, 256));
		}
		g_autoptr(ReportRun) run = make_run_of(text->str);
		xmlDoc *document = write_and_read(run);
		assert_xpath(document, "count(//testcase)", "3");
		xmlFreeDoc(document);
		g_string_free(text, TRUE);
	}
	g_rand_free(random);
}

/* The number of cases in the file, or -1 when there is none. */
static int
count_cases_in(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return -1;
	xmlDoc *document = xmlReadFile(path, NULL, XML_PARSE_NONET);
	assert_true(is_valid(document, true));
	g_autofree char *n = evaluate(document, "count(//testcase)");
	g_autofree char *said = evaluate(document, "string(/testsuites/@tests)");
	assert_string_equal(n, said);
	xmlFreeDoc(document);
	return atoi(n);
}

/* Buildkite takes 5,000 cases in one file. */
static void
many_cases_are_divided_among_files(void **state)
{
	(void)state;
	static const char *const files[] = { "junit.xml", "junit-2.xml", "junit-3.xml", "junit-4.xml" };
	g_autofree char *folder = g_dir_make_tmp("pgassay-report-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "junit.xml", NULL);
	g_autoptr(ReportRun) few = make_run();
	g_autoptr(ReportRun) run = report_run_new();
	const int expected[] = { 5000, 5000, 2, -1 };

	for (guint i = 0; i < 2; i++) {
		ReportSuite *suite = report_run_add_suite(run, "s", NULL, NULL);
		for (guint j = 0; j < 5001; j++)
			add_case(suite, "d", "stage", "x", 0);
	}
	g_setenv("BUILDKITE", "true", TRUE);
	assert_true(report_junit_write(run, path, NULL));
	for (guint i = 0; i < G_N_ELEMENTS(files); i++)
		assert_int_equal(count_cases_in(folder, files[i]), expected[i]);
	/* A file that an earlier run has left must not stand for this one. */
	assert_true(report_junit_write(few, path, NULL));
	assert_int_equal(count_cases_in(folder, "junit-2.xml"), -1);
	g_unsetenv("BUILDKITE");
	assert_true(report_junit_write(run, path, NULL));
	assert_int_equal(count_cases_in(folder, "junit.xml"), 10002);
	for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *file = g_build_filename(folder, files[i], NULL);
		g_unlink(file);
	}
	assert_int_equal(g_rmdir(folder), 0);
}

/* The text of a failure is no entity at all, whatever it holds. */
static void
texts_hold_no_entities(void **state)
{
	(void)state;
	g_autofree char *folder = g_dir_make_tmp("pgassay-report-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "junit.xml", NULL);
	g_autoptr(ReportRun) run = report_run_new();
	g_autofree char *text = NULL;
	ReportCase *test_case = add_case(report_run_add_suite(run, "s", NULL, NULL), "d", "x", "y", 1);

	report_case_set(test_case, REPORT_FAILED, "column \"a\" is missing\nSELECT '<' && \"b\" > 'c'");
	assert_true(report_junit_write(run, path, NULL));
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	static const char *const entities[] = { "&quot;", "&amp;", "&lt;", "&gt;", "&apos;", "&#" };
	for (guint i = 0; i < G_N_ELEMENTS(entities); i++)
		assert_null(strstr(text, entities[i]));
	g_unlink(path);
	assert_int_equal(g_rmdir(folder), 0);
}

/* --- That the validation can fail ------------------------------------------- */

static xmlNode *
find_node(xmlDoc *document, const char *expression)
{
	xmlXPathContext *context = xmlXPathNewContext(document);
	xmlXPathObject *object = xmlXPathEvalExpression(BAD_CAST expression, context);

	assert_int_equal(object->nodesetval->nodeNr, 1);
	xmlNode *node = object->nodesetval->nodeTab[0];
	xmlXPathFreeObject(object);
	xmlXPathFreeContext(context);
	return node;
}

static void
the_schema_refuses_a_missing_attribute(void **state)
{
	(void)state;
	static const struct {
		const char *element;
		const char *attributes[12];
	} required[] = {
		{ "/testsuites", { "name", "tests", "failures", "errors", "time" } },
		{ "//testsuite[1]",
		  { "id", "name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname" } },
		{ "//property[1]", { "name", "value" } },
		{ "//testcase[1]", { "classname", "name", "time" } },
		{ "//failure", { "message", "type" } },
		{ "//error", { "message", "type" } },
		{ "//skipped", { "message" } },
	};
	g_autoptr(ReportRun) run = make_run();

	for (size_t i = 0; i < G_N_ELEMENTS(required); i++) {
		for (const char *const *name = required[i].attributes; *name != NULL; name++) {
			xmlDoc *document = write_and_read(run);
			assert_int_equal(xmlUnsetProp(find_node(document, required[i].element), BAD_CAST * name), 0);
			assert_false(is_valid(document, false));
			xmlFreeDoc(document);
		}
	}
}

static void
the_schema_refuses_wrong_values(void **state)
{
	(void)state;
	static const struct {
		const char *element;
		const char *attribute;
		const char *value;
	} wrong[] = {
		{ "/testsuites", "skipped", "1" },
		{ "/testsuites", "time", "1" },
		{ "/testsuites", "tests", "-1" },
		{ "//testsuite[1]", "time", "1.234567" },
		{ "//testsuite[1]", "timestamp", "2026-01-02T03:04:05Z" },
		{ "//testsuite[1]", "timestamp", "2026-13-02T03:04:05" },
		{ "//testsuite[1]", "hostname", "build-7" },
		{ "//testsuite[2]", "id", "0" },
		{ "//testcase[1]", "line", "0" },
		{ "//failure", "type", "file" },
		{ "//testcase[3]", "name", "0001_init" }, /* as the case before it */
	};
	g_autoptr(ReportRun) run = make_run();

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		xmlDoc *document = write_and_read(run);
		xmlSetProp(find_node(document, wrong[i].element), BAD_CAST wrong[i].attribute, BAD_CAST wrong[i].value);
		assert_false(is_valid(document, false));
		xmlFreeDoc(document);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_file_matches_the_model),
		cmocka_unit_test(the_xunit_format_leaves_the_places_of_cases_out),
		cmocka_unit_test(an_empty_run_is_valid),
		cmocka_unit_test(times_that_make_no_sense_are_written_as_none),
		cmocka_unit_test(equal_names_within_a_class_get_numbers),
		cmocka_unit_test(long_names_that_differ_at_the_end_stay_apart),
		cmocka_unit_test(hostile_texts_break_nothing),
		cmocka_unit_test(every_control_character_can_be_carried),
		cmocka_unit_test(very_long_texts_are_cut_with_a_note),
		cmocka_unit_test(random_bytes_always_give_a_document),
		cmocka_unit_test(many_cases_are_divided_among_files),
		cmocka_unit_test(texts_hold_no_entities),
		cmocka_unit_test(the_schema_refuses_a_missing_attribute),
		cmocka_unit_test(the_schema_refuses_wrong_values),
	};

	return cmocka_run_group_tests(tests, load_schema, free_schema);
}
