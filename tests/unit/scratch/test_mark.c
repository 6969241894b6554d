#include "scratch/mark.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
a_name_gives_back_its_run(void **state)
{
	(void)state;
	g_autofree char *name = scratch_mark_name("0a1b2c3d", 17);
	char run[SCRATCH_RUN_SIZE];

	assert_string_equal(name, "pgassay_0a1b2c3d_17");
	assert_true(scratch_mark_parse_name(name, run));
	assert_string_equal(run, "0a1b2c3d");
}

static void
other_names_are_not_ours(void **state)
{
	(void)state;
	static const char *const names[] = {
		"",
		"pgassay",
		"pgassay_",
		"pgassay_0a1b2c3d",
		"pgassay_0a1b2c3d_",
		"pgassay_0a1b2c3d_x",
		"pgassay_0a1b2c3d_1x",
		"pgassay_0a1b2c3_1",
		"pgassay_0A1B2C3D_1",
		"pgassay_0a1b2c3g_1",
		"xpgassay_0a1b2c3d_1",
		"PGASSAY_0a1b2c3d_1",
	};
	char run[SCRATCH_RUN_SIZE];

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		assert_false(scratch_mark_parse_name(names[i], run));
}

static void
a_mark_gives_back_its_kind_and_run(void **state)
{
	(void)state;
	static const ScratchMarkKind kinds[] = { SCRATCH_MARK_DATABASE, SCRATCH_MARK_DATABASE_KEPT, SCRATCH_MARK_ROLE };

	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autofree char *mark = scratch_mark_text(kinds[i], "deadbeef", "auth; run=00000000; 'x'");
		ScratchMarkKind kind;
		char run[SCRATCH_RUN_SIZE];
		assert_true(scratch_mark_parse_text(mark, &kind, run));
		assert_int_equal(kind, kinds[i]);
		assert_string_equal(run, "deadbeef");
	}
}

static void
the_mark_reads_as_documented(void **state)
{
	(void)state;
	g_autofree char *mark = scratch_mark_text(SCRATCH_MARK_DATABASE, "deadbeef", "auth");

	assert_string_equal(mark, "pgassay scratch database; run=deadbeef; label=auth");
}

static void
other_comments_are_no_marks(void **state)
{
	(void)state;
	static const char *const comments[] = {
		"",
		"pgassay scratch database",
		"pgassay scratch database; run=deadbeef",
		"pgassay scratch database; run=deadbee; label=x",
		"pgassay scratch database; run=DEADBEEF; label=x",
		"pgassay scratch database; kept; label=x",
		" pgassay scratch database; run=deadbeef; label=x",
		"not a pgassay scratch database; run=deadbeef; label=x",
	};
	ScratchMarkKind kind;
	char run[SCRATCH_RUN_SIZE];

	for (gsize i = 0; i < G_N_ELEMENTS(comments); i++)
		assert_false(scratch_mark_parse_text(comments[i], &kind, run));
}

static void
a_new_run_fits_into_names_and_locks(void **state)
{
	(void)state;
	char run[SCRATCH_RUN_SIZE];
	char again[SCRATCH_RUN_SIZE];

	scratch_mark_new_run(run);
	g_autofree char *name = scratch_mark_name(run, 1);
	assert_true(scratch_mark_parse_name(name, again));
	assert_string_equal(run, again);
	g_autofree char *low = scratch_mark_lock_key("00000001");
	g_autofree char *high = scratch_mark_lock_key("ffffffff");
	assert_string_equal(low, "1");
	assert_string_equal(high, "-1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_gives_back_its_run),
		cmocka_unit_test(other_names_are_not_ours),
		cmocka_unit_test(a_mark_gives_back_its_kind_and_run),
		cmocka_unit_test(the_mark_reads_as_documented),
		cmocka_unit_test(other_comments_are_no_marks),
		cmocka_unit_test(a_new_run_fits_into_names_and_locks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
