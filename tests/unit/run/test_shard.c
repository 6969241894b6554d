#include "run/division.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <glib/gstdio.h>

static char *
read_shard(const char *text, const char *variables)
{
	g_auto(GStrv) environment = g_strsplit(variables, " ", -1);
	g_autoptr(GError) error = NULL;
	RunShard shard = { 0 };

	if (!run_shard_read(text, environment, &shard, &error))
		return g_strdup(error->message);
	return g_strdup_printf("%u/%u", shard.number, shard.of);
}

static void
a_shard_is_typed_or_asked_for(void **state)
{
	static const struct {
		const char *text;
		const char *variables;
		const char *expected; /* how it begins */
	} rows[] = {
		{ "2/4", "CI_NODE_INDEX=1 CI_NODE_TOTAL=3", "2/4" },
		{ "1/1", "", "1/1" },
		{ "0/4", "", "--shard \"0/4\" is no part" },
		{ "5/4", "", "--shard \"5/4\" is no part" },
		{ "1/0", "", "--shard \"1/0\" is no part" },
		{ "1/1001", "", "--shard \"1/1001\" is no part" },
		{ "2", "", "--shard \"2\" is no part" },
		{ "1/2/3", "", "--shard \"1/2/3\" is no part" },
		{ " 1/2", "", "--shard \" 1/2\" is no part" },
		{ "", "", "--shard \"\" is no part" },
		{ "auto", "CI_NODE_INDEX=3 CI_NODE_TOTAL=3", "3/3" },
		{ "auto", "CI_NODE_TOTAL=1", "1/1" },
		{ "auto", "CIRCLE_NODE_INDEX=0 CIRCLE_NODE_TOTAL=2", "1/2" },
		{ "auto", "BUILDKITE_PARALLEL_JOB=1 BUILDKITE_PARALLEL_JOB_COUNT=2", "2/2" },
		{ "auto", "BITBUCKET_PARALLEL_STEP=1 BITBUCKET_PARALLEL_STEP_COUNT=2", "2/2" },
		{ "auto", "SYSTEM_JOBPOSITIONINPHASE=1 SYSTEM_TOTALJOBSINPHASE=4", "1/4" },
		{ "auto", "SEMAPHORE_JOB_INDEX=4 SEMAPHORE_JOB_COUNT=4", "4/4" },
		{ "auto", "JOB_COMPLETION_INDEX=2 PGASSAY_SHARD_TOTAL=3", "3/3" },
		{ "auto", "PGASSAY_SHARD_INDEX=0 PGASSAY_SHARD_TOTAL=3 CI_NODE_INDEX=2 CI_NODE_TOTAL=2", "1/3" },
		{ "auto", "", "--shard auto: the environment does not say" },
		{ "auto", "JOB_COMPLETION_INDEX=2", "--shard auto: the environment does not say" },
		{ "auto", "CI_NODE_INDEX=1", "--shard auto: the environment does not say" },
		{ "auto", "CI_NODE_TOTAL=2", "--shard auto: the environment does not say" },
		{ "auto", "CI_NODE_INDEX=0 CI_NODE_TOTAL=2", "--shard auto: CI_NODE_INDEX is \"0\"" },
		{ "auto", "CI_NODE_INDEX=3 CI_NODE_TOTAL=2", "--shard auto: CI_NODE_INDEX is \"3\"" },
		{ "auto", "CI_NODE_INDEX=1 CI_NODE_TOTAL=x", "--shard auto: CI_NODE_TOTAL is \"x\"" },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *found = read_shard(rows[i].text, rows[i].variables);
		if (!g_str_has_prefix(found, rows[i].expected))
			fail_msg("%s, %s: %s", rows[i].text, rows[i].variables, found);
	}
}

static void
durations_are_kept_from_run_to_run(void **state)
{
	g_autofree char *folder = g_dir_make_tmp("pgassay-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "new", "durations", NULL);
	g_autofree char *inner = g_path_get_dirname(path);
	g_autoptr(ReportDurations) none = report_durations_read(path, NULL);
	g_autoptr(ReportRun) run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "a\tb", NULL, NULL);
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_non_null(none);
	assert_true(report_durations_get(none, "a\tb", "kb", "rows") < 0);
	report_suite_add_time(suite, "kb", "round trip", 30);
	report_suite_add_time(suite, "kb", "round trip", 12);
	report_durations_take(none, run);
	assert_true(report_durations_write(none, path, NULL));
	g_autoptr(ReportDurations) again = report_durations_read(path, NULL);
	assert_int_equal(report_durations_get(again, "a\tb", "kb", "round trip"), 42);
	assert_true(report_durations_get(again, "b", "kb", "round trip") < 0);
	assert_true(g_file_set_contents(path, "12\tkb\tkb\trows\nx\tkb\tkb\trows\n", -1, NULL));
	assert_null(report_durations_read(path, &error));
	assert_non_null(strstr(error->message, "durations:2: "));
	g_unlink(path);
	g_rmdir(inner);
	g_rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shard_is_typed_or_asked_for),
		cmocka_unit_test(durations_are_kept_from_run_to_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
