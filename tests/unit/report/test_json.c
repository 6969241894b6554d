#include "base/error.h"
#include "made_run.h"
#include "report/format/format.h"
#include "report/format/json.h"
#include "report/format/merge.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char *folder;

static int
make_folder(void **state)
{
	(void)state;
	folder = g_dir_make_tmp("pgassay-json-XXXXXX", NULL);
	return folder == NULL;
}

static int
remove_folder(void **state)
{
	(void)state;
	int result = g_rmdir(folder);
	g_free(folder);
	return result;
}

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The texts of all files of the folder, which is removed. */
static char *
take_folder(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while ((name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		char *text = NULL;
		assert_true(g_file_get_contents(file, &text, NULL, NULL));
		g_ptr_array_add(texts, text);
		g_unlink(file);
	}
	assert_int_equal(g_rmdir(path), 0);
	g_ptr_array_sort(texts, compare_texts);
	g_ptr_array_add(texts, NULL);
	return g_strjoinv("", (char **)texts->pdata);
}

static char *
write_as(const char *format, const ReportRun *run)
{
	g_autofree char *path = g_build_filename(folder, "out", NULL);
	char *text = NULL;

	assert_true(report_format_write(report_format_find(format), run, path, NULL));
	if (report_format_find(format)->is_folder)
		return take_folder(path);
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_unlink(path);
	return text;
}

static ReportRun *
read_text(const char *text, GError **error)
{
	g_autofree char *path = g_build_filename(folder, "in.json", NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
	ReportRun *run = report_json_read(path, error);
	g_unlink(path);
	return run;
}

/* Each format of a run that was read is the same as that of the written run: nothing is lost on the way. */
static void
a_report_that_is_read_gives_the_same_reports(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = made_run_new(200, 10, 12, true);
	run->shard = 2;
	run->n_shards = 3;
	run->title = g_strdup("feature at 6c1e0f4");
	g_autofree char *json = write_as("json", run);
	g_autoptr(ReportRun) again = read_text(json, NULL);

	assert_non_null(again);
	assert_int_equal(again->shard, 2);
	for (const ReportFormat *format = report_formats(); format->name != NULL; format++) {
		g_autofree char *before = write_as(format->name, run);
		g_autofree char *after = write_as(format->name, again);
		/* JSON has whole seconds. */
		if (strcmp(format->name, "ctrf") != 0)
			assert_string_equal(before, after);
	}
}

static void
hostile_texts_make_no_other_json(void **state)
{
	(void)state;
	static const char *const texts[] = { "\"},{\"",  "\\",           "\\\"",      "a\nb\tc", "\xff",
		                             "\x01\x1f", "\xe2\x80\xa8", "</script>", "" };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(ReportRun) run = report_run_new();
		ReportSuite *suite = report_run_add_suite(run, texts[i], texts[i], NULL);
		report_suite_add_property(suite, texts[i], texts[i]);
		report_suite_add_case(suite, report_case_new(texts[i], texts[i], texts[i], (SourcePosition){ 0 }));
		g_autofree char *json = write_as("json", run);
		g_autoptr(ReportRun) again = read_text(json, NULL);
		assert_non_null(again);
		assert_int_equal(report_run_count(again).passed, 1);
	}
}

static void
invalid_reports_are_refused(void **state)
{
	(void)state;
	static const char *const texts[] = { "",
		                             "[]",
		                             "{}",
		                             "{\"format\":\"other\"}",
		                             "{\"format\":7}",
		                             "nothing",
		                             "{\"format\":\"pgassay report\",\"version\":2}" };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		assert_null(read_text(texts[i], &error));
		assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_INPUT));
		assert_non_null(strstr(error->message, "in.json"));
	}
}

/* Members of the wrong type are as if they were not there. */
static void
odd_members_do_no_harm(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = read_text(
	    "{\"format\":\"pgassay report\",\"version\":1,\"suites\":[7,{\"name\":[],\"cases\":[{\"status\":\"new\","
	    "\"line\":-3,\"reproduce\":[1,\"x\"],\"differences\":{}},null],\"databases\":[{\"objects\":[{\"sign\":\"\"}"
	    "],"
	    "\"migrations\":[{\"changes\":[{}]}]}]}]}",
	    NULL);

	assert_non_null(run);
	/* A status that is not known is no success. */
	assert_int_equal(report_run_count(run).errored, 1);
	g_autofree char *page = write_as("html", run);
	assert_non_null(page);
}

static ReportRun *
make_shard(guint number, guint of, const char *name, ReportStatus status)
{
	ReportRun *run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "s", NULL, "s.yaml");

	run->shard = number;
	run->n_shards = of;
	report_suite_add_case(suite, report_case_new("d", "forward", "V1", (SourcePosition){ 0 }));
	ReportCase *test_case = report_case_new("d", "rows", name, (SourcePosition){ 0 });
	test_case->status = status;
	report_suite_add_case(suite, test_case);
	return run;
}

static ReportRun *
merge_two(ReportRun *a, ReportRun *b, GError **error)
{
	g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func((GDestroyNotify)report_run_free);
	static const char *const paths[] = { "a.json", "b.json", NULL };

	g_ptr_array_add(runs, a);
	g_ptr_array_add(runs, b);
	return report_merge(runs, paths, error);
}

static void
parts_become_one(void **state)
{
	(void)state;
	g_autoptr(ReportRun)
	    run = merge_two(make_shard(1, 2, "x", REPORT_PASSED), make_shard(2, 2, "y", REPORT_FAILED), NULL);
	ReportCounts counts = report_run_count(run);

	/* The forward stage runs in each. */
	assert_int_equal(run->suites->len, 1);
	assert_int_equal(counts.passed, 2);
	assert_int_equal(counts.failed, 1);
	assert_int_equal(counts.errored, 0);
}

static void
a_part_that_is_lost_is_an_error(void **state)
{
	(void)state;
	g_autoptr(ReportRun)
	    run = merge_two(make_shard(1, 4, "x", REPORT_PASSED), make_shard(3, 4, "y", REPORT_PASSED), NULL);

	assert_int_equal(report_run_count(run).passed, 3);
	assert_int_equal(report_run_count(run).errored, 2);
	g_autofree char *text = write_as("tap", run);
	assert_non_null(strstr(text, "shard 2 of 4"));
	assert_non_null(strstr(text, "shard 4 of 4"));
}

static void
parts_that_do_not_fit_are_refused(void **state)
{
	(void)state;
	static const struct {
		guint number;
		guint of;
		const char *message;
	} cases[] = { { 1, 2, "both part 1 of 2" }, { 1, 3, "part of 3" }, { 7, 2, "part 7 of 2" } };

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		assert_null(merge_two(make_shard(1, 2, "x", REPORT_PASSED),
		                      make_shard(cases[i].number, cases[i].of, "y", REPORT_PASSED), &error));
		assert_non_null(strstr(error->message, cases[i].message));
	}
}

/* A case that passed in one part and failed in another is there twice. */
static void
another_result_is_another_case(void **state)
{
	(void)state;
	g_autoptr(ReportRun)
	    run = merge_two(make_shard(0, 0, "x", REPORT_PASSED), make_shard(0, 0, "x", REPORT_FAILED), NULL);

	assert_int_equal(report_run_count(run).passed, 2);
	assert_int_equal(report_run_count(run).failed, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_that_is_read_gives_the_same_reports),
		cmocka_unit_test(hostile_texts_make_no_other_json),
		cmocka_unit_test(invalid_reports_are_refused),
		cmocka_unit_test(odd_members_do_no_harm),
		cmocka_unit_test(parts_become_one),
		cmocka_unit_test(a_part_that_is_lost_is_an_error),
		cmocka_unit_test(parts_that_do_not_fit_are_refused),
		cmocka_unit_test(another_result_is_another_case),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
