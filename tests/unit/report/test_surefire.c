#include "report/format/format.h"

#include <glib/gstdio.h>
#include <libxml/parser.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int
make_folder(void **state)
{
	*state = g_dir_make_tmp("pgassay-surefire-XXXXXX", NULL);
	return *state == NULL;
}

static int
remove_folder(void **state)
{
	g_autofree char *folder = *state;
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_unlink(path);
	}
	return g_rmdir(folder);
}

static void
add_suite(ReportRun *run, const char *name, guint n)
{
	ReportSuite *suite = report_run_add_suite(run, name, "A title", "suites/shop.yaml");

	report_suite_add_property(suite, "server.version", "15.18");
	for (guint i = 0; i < n; i++) {
		g_autofree char *case_name = g_strdup_printf("%s %u", name, i);
		SourcePosition position = { .path = "m/1.sql", .line = 3, .column = 1 };
		ReportCase *test_case = report_case_new("db", "forward", case_name, position);
		report_case_set(test_case, (ReportStatus)(i % 4), "message %u", i);
		test_case->output = g_strdup("NOTICE: hello");
		report_suite_add_case(suite, test_case);
	}
}

static void
assert_attributes(xmlNode *node, const char *wanted)
{
	g_autoptr(GString) found = g_string_new(NULL);

	for (xmlAttr *attribute = node->properties; attribute != NULL; attribute = attribute->next)
		g_string_append_printf(found, "%s ", (const char *)attribute->name);
	assert_string_equal(found->str, wanted);
}

/* The schema of Surefire knows these elements and attributes, and no others. Returns the number of cases; the suite has
 * the name, if that is not NULL. */
static guint
count_cases(const char *folder, const char *file, const char *suite)
{
	g_autofree char *path = g_build_filename(folder, file, NULL);
	xmlDoc *document = xmlReadFile(path, NULL, XML_PARSE_NONET);
	guint n = 0;

	if (document == NULL)
		fail_msg("%s cannot be read", file);
	xmlNode *root = xmlDocGetRootElement(document);
	assert_string_equal((const char *)root->name, "testsuite");
	assert_attributes(root, "name tests failures errors skipped time timestamp ");
	xmlChar *name = xmlGetProp(root, BAD_CAST "name");
	assert_string_equal((const char *)name, suite);
	xmlFree(name);
	for (xmlNode *node = root->children; node != NULL; node = node->next) {
		if (strcmp((const char *)node->name, "testcase") != 0)
			continue;
		n++;
		assert_attributes(node, "classname name time ");
		for (xmlNode *part = node->children; part != NULL; part = part->next)
			if (strcmp((const char *)part->name, "failure") == 0)
				assert_attributes(part, "message type ");
	}
	xmlFreeDoc(document);
	return n;
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
assert_files(const char *folder, const char *wanted)
{
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while ((name = g_dir_read_name(directory)) != NULL)
		g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, compare_names);
	g_ptr_array_add(names, NULL);
	g_autofree char *found = g_strjoinv(" ", (char **)names->pdata);
	assert_string_equal(found, wanted);
}

/* Suites of one name, and names that no file can have, have a file each. */
static void
each_suite_has_its_file(void **state)
{
	const char *folder = *state;
	g_autoptr(ReportRun) run = report_run_new();

	add_suite(run, "shop", 9);
	add_suite(run, "shop", 4);
	add_suite(run, "../a b", 1);
	add_suite(run, "empty", 0);
	assert_true(report_surefire_write(run, folder, NULL));
	assert_files(folder, "TEST-.._a_b.xml TEST-empty.xml TEST-shop-2.xml TEST-shop.xml");
	assert_int_equal(count_cases(folder, "TEST-shop.xml", "shop"), 9);
	assert_int_equal(count_cases(folder, "TEST-shop-2.xml", "shop"), 4);
	assert_int_equal(count_cases(folder, "TEST-.._a_b.xml", "../a b"), 1);
	assert_int_equal(count_cases(folder, "TEST-empty.xml", "empty"), 0);
}

/* A suite that is gone leaves no green file behind; files of Surefire itself stay as they are. */
static void
files_of_an_earlier_run_go_and_those_of_others_stay(void **state)
{
	const char *folder = *state;
	static const char others[] = "<?xml version=\"1.0\"?><testsuite name=\"x\"/>";
	g_autoptr(ReportRun) before = report_run_new();
	g_autoptr(ReportRun) run = report_run_new();
	g_autofree char *path = g_build_filename(folder, "TEST-shop.xml", NULL);
	g_autofree char *text = NULL;

	add_suite(before, "gone", 1);
	add_suite(before, "kb", 2);
	assert_true(report_surefire_write(before, folder, NULL));
	assert_true(g_file_set_contents(path, others, -1, NULL));
	add_suite(run, "shop", 3);
	add_suite(run, "kb", 1);
	assert_true(report_surefire_write(run, folder, NULL));
	assert_files(folder, "TEST-kb.xml TEST-shop-2.xml TEST-shop.xml");
	assert_int_equal(count_cases(folder, "TEST-shop-2.xml", "shop"), 3);
	assert_int_equal(count_cases(folder, "TEST-kb.xml", "kb"), 1);
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	assert_string_equal(text, others);
}

/* More cases than one file may hold. */
static void
a_large_suite_has_several_files(void **state)
{
	const char *folder = *state;
	g_autoptr(ReportRun) run = report_run_new();

	g_setenv("BUILDKITE", "true", TRUE);
	add_suite(run, "shop", 5001);
	bool written = report_surefire_write(run, folder, NULL);
	g_unsetenv("BUILDKITE");
	assert_true(written);
	assert_files(folder, "TEST-shop-2.xml TEST-shop.xml");
	assert_int_equal(count_cases(folder, "TEST-shop.xml", "shop"), 5000);
	assert_int_equal(count_cases(folder, "TEST-shop-2.xml", "shop"), 1);
}

static void
a_folder_that_cannot_be_made_is_an_error(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = report_run_new();
	g_autoptr(GError) error = NULL;

	assert_false(report_surefire_write(run, "/dev/null/x", &error));
	assert_non_null(strstr(error->message, "could not make the folder \"/dev/null/x\""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_suite_has_its_file, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(files_of_an_earlier_run_go_and_those_of_others_stay, make_folder,
		                                remove_folder),
		cmocka_unit_test_setup_teardown(a_large_suite_has_several_files, make_folder, remove_folder),
		cmocka_unit_test(a_folder_that_cannot_be_made_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
