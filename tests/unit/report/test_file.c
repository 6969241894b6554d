#include "report/file.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct {
	char *folder;
	char *path;
} Fixture;

static int
set_up(void **state)
{
	Fixture *fixture = g_new0(Fixture, 1);

	fixture->folder = g_dir_make_tmp("pgassay-report-XXXXXX", NULL);
	fixture->path = g_build_filename(fixture->folder, "report.xml", NULL);
	*state = fixture;
	return fixture->folder == NULL;
}

static int
tear_down(void **state)
{
	Fixture *fixture = *state;
	GDir *folder = g_dir_open(fixture->folder, 0, NULL);

	for (const char *name; (name = g_dir_read_name(folder)) != NULL;) {
		g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
		g_unlink(path);
	}
	g_dir_close(folder);
	int result = g_rmdir(fixture->folder);
	g_free(fixture->folder);
	g_free(fixture->path);
	g_free(fixture);
	return result;
}

static void
assert_content(const char *path, const char *expected)
{
	g_autofree char *content = NULL;

	assert_true(g_file_get_contents(path, &content, NULL, NULL));
	assert_string_equal(content, expected);
}

static guint
count_files(const char *path)
{
	GDir *folder = g_dir_open(path, 0, NULL);
	guint count = 0;

	while (g_dir_read_name(folder) != NULL)
		count++;
	g_dir_close(folder);
	return count;
}

static void
a_file_is_written_and_replaced(void **state)
{
	const Fixture *fixture = *state;
	g_autoptr(GError) error = NULL;

	assert_true(report_file_write(fixture->path, "first", 5, &error));
	assert_content(fixture->path, "first");
	assert_true(report_file_write(fixture->path, "second", 6, &error));
	assert_content(fixture->path, "second");
	assert_int_equal(count_files(fixture->folder), 1);
}

static void
the_file_can_be_read_by_others(void **state)
{
	const Fixture *fixture = *state;
	GStatBuf status;
	mode_t mask = umask(022);

	assert_true(report_file_write(fixture->path, "x", 1, NULL));
	umask(mask);
	assert_int_equal(g_stat(fixture->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0644);
}

static void
a_link_is_followed(void **state)
{
	const Fixture *fixture = *state;
	g_autofree char *link = g_build_filename(fixture->folder, "latest.xml", NULL);

	assert_true(report_file_write(fixture->path, "old", 3, NULL));
	assert_int_equal(symlink("report.xml", link), 0);
	assert_true(report_file_write(link, "new", 3, NULL));
	assert_content(fixture->path, "new");
	assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
}

static void
a_device_is_written_to_and_stays(void **state)
{
	(void)state;
	GStatBuf status;
	g_autoptr(GError) error = NULL;

	assert_true(report_file_write("/dev/null", "x", 1, NULL));
	assert_int_equal(g_stat("/dev/null", &status), 0);
	assert_true(S_ISCHR(status.st_mode));
	assert_false(report_file_write("/dev/full", "x", 1, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
	assert_non_null(strstr(error->message, "could not write the report \"/dev/full\": No space left"));
	assert_non_null(strstr(error->message, "\nhint: "));
}

static void
a_path_that_cannot_be_written_is_an_error_that_names_it(void **state)
{
	const Fixture *fixture = *state;
	g_autofree char *below_file = g_build_filename(fixture->path, "x.xml", NULL);
	g_autofree char *no_folder = g_build_filename(fixture->folder, "missing", "x.xml", NULL);
	const char *const paths[] = { below_file, no_folder, fixture->folder };

	assert_true(report_file_write(fixture->path, "old", 3, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autoptr(GError) error = NULL;
		assert_false(report_file_write(paths[i], "x", 1, &error));
		assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
		g_autofree char *quoted = g_strdup_printf("\"%s\"", paths[i]);
		assert_non_null(strstr(error->message, quoted));
	}
	assert_content(fixture->path, "old");
}

/* A limit on the size of files stands for a disk that is full half way. */
static void
a_write_that_fails_half_way_leaves_the_old_file(void **state)
{
	const Fixture *fixture = *state;
	g_autofree char *large = g_strnfill(100000, 'x');
	g_autoptr(GError) error = NULL;
	struct rlimit before;

	assert_true(report_file_write(fixture->path, "old", 3, NULL));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	struct rlimit small = { .rlim_cur = 5000, .rlim_max = before.rlim_max };
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	bool written = report_file_write(fixture->path, large, strlen(large), &error);
	setrlimit(RLIMIT_FSIZE, &before);
	signal(SIGXFSZ, handler);

	assert_false(written);
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
	assert_non_null(strstr(error->message, fixture->path));
	assert_content(fixture->path, "old");
	assert_int_equal(count_files(fixture->folder), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_is_written_and_replaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_file_can_be_read_by_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_link_is_followed, set_up, tear_down),
		cmocka_unit_test(a_device_is_written_to_and_stays),
		cmocka_unit_test_setup_teardown(a_path_that_cannot_be_written_is_an_error_that_names_it, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(a_write_that_fails_half_way_leaves_the_old_file, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
