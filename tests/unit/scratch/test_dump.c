#include "base/error.h"
#include "scratch/dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

/* Folders with programs that say they are of a version that this system does not have. */
static const struct {
	const char *name;
	const char *says; /* what "pg_dump --version" prints */
	bool restore;     /* there is a pg_restore, too */
} folders[] = {
	{ "p97", "pg_dump (PostgreSQL) 97.3 (Distribution 97.3-1)", true },
	{ "p98", "pg_dump (PostgreSQL) 98devel", true },
	{ "half", "pg_dump (PostgreSQL) 99.1", false },
	{ "other", "mysqldump 99.0", true },
};

typedef struct {
	char *root;
	char *path; /* the PATH before */
} Fixture;

static char *
in_root(const Fixture *fixture, const char *folder, const char *name)
{
	return g_build_filename(fixture->root, folder, name, NULL);
}

static void
write_program(const Fixture *fixture, const char *folder, const char *name, const char *says)
{
	g_autofree char *path = in_root(fixture, folder, name);
	g_autofree char *text = g_strdup_printf("#!/bin/sh\necho '%s'\n", says);

	assert_true(g_file_set_contents(path, text, -1, NULL));
	assert_int_equal(g_chmod(path, 0755), 0);
}

static int
set_up(void **state)
{
	Fixture *fixture = g_new0(Fixture, 1);

	fixture->root = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	fixture->path = g_strdup(g_getenv("PATH"));
	g_unsetenv("PGASSAY_PG_BINDIR");
	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *folder = in_root(fixture, folders[i].name, NULL);
		assert_int_equal(g_mkdir(folder, 0755), 0);
		write_program(fixture, folders[i].name, "pg_dump", folders[i].says);
		if (folders[i].restore)
			write_program(fixture, folders[i].name, "pg_restore", "");
	}
	*state = fixture;
	return 0;
}

static int
tear_down(void **state)
{
	Fixture *fixture = *state;

	g_setenv("PATH", fixture->path, TRUE);
	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *folder = in_root(fixture, folders[i].name, NULL);
		g_autofree char *dump = in_root(fixture, folders[i].name, "pg_dump");
		g_autofree char *restore = in_root(fixture, folders[i].name, "pg_restore");
		g_unlink(dump);
		g_unlink(restore);
		assert_int_equal(g_rmdir(folder), 0);
	}
	assert_int_equal(g_rmdir(fixture->root), 0);
	g_free(fixture->root);
	g_free(fixture->path);
	g_free(fixture);
	return 0;
}

/* PATH becomes these folders. */
static void
set_path(const Fixture *fixture, const char *names)
{
	g_auto(GStrv) parts = g_strsplit(names, " ", -1);
	g_autoptr(GString) path = g_string_new("relative");

	for (char **part = parts; *part != NULL; part++)
		g_string_append_printf(path, ":%s/%s", fixture->root, *part);
	g_setenv("PATH", path->str, TRUE);
}

static void
the_nearest_version_is_taken(void **state)
{
	static const struct {
		int server;
		const char *beside; /* the folder of the server's own programs, or NULL */
		const char *path;
		const char *found;
	} rows[] = {
		{ 970001, NULL, "p98 p97", "p97" }, /* the server's own */
		{ 960000, NULL, "p98 p97", "p97" }, /* none of it: the next one */
		{ 980000, NULL, "p97 p98", "p98" }, /* and none that is older */
		{ 970000, "p97", "p98", "p97" },        { 960000, "p98", "p97", "p97" },
		{ 970000, "half", "other p98", "p98" },
	};
	const Fixture *fixture = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *beside = rows[i].beside != NULL ? in_root(fixture, rows[i].beside, NULL) : NULL;
		g_autofree char *expected = in_root(fixture, rows[i].found, NULL);
		set_path(fixture, rows[i].path);
		g_autoptr(ScratchDumpPrograms) found = scratch_dump_find_for(rows[i].server, beside, NULL);
		assert_non_null(found);
		assert_string_equal(found->directory, expected);
	}
	set_path(fixture, "p97");
	g_autoptr(ScratchDumpPrograms) found = scratch_dump_find_for(970000, NULL, NULL);
	assert_int_equal(found->version, 970003);
	assert_string_equal(found->version_text, "97.3 (Distribution 97.3-1)");
}

/* A backup of 98 cannot be read by the pg_restore of 97. */
static void
the_newest_version_reads_backups(void **state)
{
	static const char *const paths[] = { "p97 p98", "p98 p97", "half other p98 p97" };
	const Fixture *fixture = *state;
	g_autofree char *p97 = in_root(fixture, "p97", NULL);
	g_autofree char *p98 = in_root(fixture, "p98", NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		set_path(fixture, paths[i]);
		g_autoptr(ScratchDumpPrograms) found = scratch_dump_find_newest(p97, NULL);
		assert_non_null(found);
		assert_string_equal(found->directory, p98);
	}
}

static void
the_error_names_programs_and_packages(void **state)
{
	const Fixture *fixture = *state;
	g_autofree char *half = in_root(fixture, "half", NULL);
	g_autoptr(GError) error = NULL;
	static const char *const parts[] = {
		"no pg_dump of PostgreSQL 99 or newer was found: install postgresql-client-99, or name the folder of a "
		"newer "
		"one by PATH\nlooked beside the server's programs, in ",
		"/half\": there is no pg_restore beside pg_dump",
		"/p97\": it is 97.3 (Distribution 97.3-1)",
		"/other\": \"pg_dump --version\" failed",
	};

	set_path(fixture, "other p97");
	g_setenv("PGASSAY_PG_BINDIR", half, TRUE);
	assert_null(scratch_dump_find_for(990001, NULL, &error));
	g_unsetenv("PGASSAY_PG_BINDIR");
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		if (strstr(error->message, parts[i]) == NULL)
			fail_msg("expected: %s\nfound: %s", parts[i], error->message);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_nearest_version_is_taken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_newest_version_reads_backups, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_error_names_programs_and_packages, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
