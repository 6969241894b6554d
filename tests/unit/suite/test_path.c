#include "suite_support.h"

static void
paths_are_shown_from_the_working_directory(void **state)
{
	Place *place = *state;
	g_autofree char *absolute = g_build_filename(place->folder, "migrations/one", NULL);
	g_autofree char *text = g_strdup_printf("suite: a\ndatabases: {one: {migrations: %s}}\n", absolute);
	g_autofree char *above = g_build_filename(place->folder, "suites/a.yaml", NULL);
	g_autoptr(Suite) named = load(text);
	g_autoptr(GError) error = NULL;

	/* An absolute path stays unchanged. */
	assert_string_equal(suite_find_database(named, "one")->migrations.directory, absolute);
	/* The suite's own folder. */
	g_autoptr(Suite) own = load("suite: a\ndatabases: {one: {migrations: .}}\n");
	assert_string_equal(suite_find_database(own, "one")->migrations.directory, "suites");
	/* The working directory itself, and a path outside of it. */
	g_autoptr(Suite) here = load("suite: a\ndatabases: {one: {migrations: ..}}\n");
	assert_string_equal(suite_find_database(here, "one")->migrations.directory, ".");
	assert_int_equal(g_chdir("fixtures"), 0);
	g_autoptr(Suite) elsewhere = suite_load(above, kinds, &error);
	assert_non_null(elsewhere);
	assert_string_equal(suite_find_database(elsewhere, "one")->migrations.directory, place->folder);
	assert_int_equal(g_chdir(place->folder), 0);
}

static void
a_suite_in_the_working_directory_needs_no_folder(void **state)
{
	(void)state;
	g_autoptr(GError) error = NULL;

	write_file("a.yaml", "suite: a\ndatabases: {one: {migrations: migrations/one}}\n");
	g_autoptr(Suite) suite = suite_load("a.yaml", kinds, &error);
	assert_non_null(suite);
	assert_string_equal(suite->directory, ".");
	assert_string_equal(suite_find_database(suite, "one")->migrations.directory, "migrations/one");
}

static void
dots_behind_a_symbolic_link_are_kept(void **state)
{
	(void)state;
	g_autoptr(GError) error = NULL;

	/* linked/../migrations is other/migrations, not migrations. */
	write_file("other/migrations/one/0001_a.sql", "SELECT 1;\n");
	write_file("other/suites/a.yaml", ONE);
	assert_int_equal(symlink("other/suites", "linked"), 0);
	g_autoptr(Suite) suite = suite_load("linked/a.yaml", kinds, &error);
	assert_non_null(suite);
	assert_string_equal(suite_find_database(suite, "one")->migrations.directory, "linked/../migrations/one");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(paths_are_shown_from_the_working_directory),
		TEST(a_suite_in_the_working_directory_needs_no_folder),
		TEST(dots_behind_a_symbolic_link_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
