#include "scratch/folder.h"
#include "scratch/memory_room.h"
#include "scratch/removal.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const ScratchAccount ourselves = { .drops = false };

static int
set_up(void **state)
{
	g_autofree char *made = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);

	*state = realpath(made, NULL);
	return *state != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	bool removed = scratch_folder_remove(*state);

	free(*state);
	return removed ? 0 : -1;
}

static void
touch(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);

	assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
	assert_true(g_file_set_contents(path, "x", 1, NULL));
}

static bool
exists(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void
only_our_pattern_is_a_name(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		bool is;
	} cases[] = {
		{ "pgassay-aB3dE9", true },   { "pgassay-", false },        { "pgassay-aB3dE", false },
		{ "pgassay-aB3dE9x", false }, { "pgassay-cache-0", false }, { "pgassay-test-aB3dE9", false },
		{ "pgassay-aB3/E9", false },  { "xpgassay-aB3dE9", false }, { "", false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_int_equal(scratch_folder_is_name(cases[i].name), cases[i].is);
}

static void
the_parent_is_one_that_a_socket_can_be_in(void **state)
{
	g_autofree char *comma = g_build_filename(*state, "a,b", NULL);
	g_autofree char *quote = g_build_filename(*state, "a\"b", NULL);
	g_autofree char *line = g_build_filename(*state, "a\nb", NULL);
	g_autofree char *spaces = g_build_filename(*state, "a  b'$c ", NULL);
	g_autofree char *link = g_build_filename(*state, "link", NULL);
	g_autofree char *deep = g_build_filename(*state, "a-folder-with-a-long-name-that-nobody-would-type",
	                                         "and-another-one", NULL);
	g_autofree char *before = g_strdup(g_getenv("TMPDIR"));

	assert_int_equal(g_mkdir_with_parents(deep, 0700), 0);
	assert_int_equal(g_mkdir(comma, 0700), 0);
	assert_int_equal(g_mkdir(quote, 0700), 0);
	assert_int_equal(g_mkdir(line, 0700), 0);
	assert_int_equal(g_mkdir(spaces, 0700), 0);
	assert_int_equal(symlink(spaces, link), 0);
	const struct {
		const char *wanted;
		const char *given;
	} cases[] = {
		{ *state, *state }, { deep, "/tmp" },       { comma, "/tmp" },
		{ quote, "/tmp" },  { line, "/tmp" },       { spaces, spaces },
		{ link, spaces },   { "relative", "/tmp" }, { "/does/not/exist", "/tmp" },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_setenv("TMPDIR", cases[i].wanted, TRUE);
		g_autofree char *parent = scratch_folder_parent(SCRATCH_FOLDER_BRIEF);
		assert_string_equal(parent, cases[i].given);
	}
	g_unsetenv("TMPDIR");
	g_autofree char *lasting = scratch_folder_parent(SCRATCH_FOLDER_LASTING);
	assert_string_equal(lasting, "/tmp");
	g_autofree char *brief = scratch_folder_parent(SCRATCH_FOLDER_BRIEF);
	assert_string_equal(brief, scratch_memory_has_room("/dev/shm") ? "/dev/shm" : "/tmp");
	if (before != NULL)
		g_setenv("TMPDIR", before, TRUE);
}

static void
only_a_file_system_in_memory_has_room_in_memory(void **state)
{
	(void)state;
	assert_false(scratch_memory_has_room("/does/not/exist"));
	assert_false(scratch_memory_has_room("/proc"));
	assert_false(scratch_memory_has_room("/dev/null"));
}

static void
a_made_folder_is_private_and_locked(void **state)
{
	char path[SCRATCH_FOLDER_MAX];
	int lock = -1;
	GStatBuf status;

	assert_int_equal(scratch_folder_make(*state, &ourselves, path, &lock), 0);
	assert_int_equal(g_stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0700);
	touch(path, "data/base/1/1259");
	assert_false(scratch_folder_reap(path));
	assert_true(exists(path, "data/base/1/1259"));
	close(lock);
	assert_true(scratch_folder_reap(path));
	assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void
a_folder_cannot_be_made_in_nothing(void **state)
{
	(void)state;
	char path[SCRATCH_FOLDER_MAX];
	int lock = -1;

	assert_int_not_equal(scratch_folder_make("/does/not/exist", &ourselves, path, &lock), 0);
	assert_int_equal(lock, -1);
}

static void
reaping_leaves_foreign_and_used_folders(void **state)
{
	const char *parent = *state;
	char used[SCRATCH_FOLDER_MAX];
	char dead[SCRATCH_FOLDER_MAX];
	int used_lock = -1;
	int dead_lock = -1;

	assert_int_equal(scratch_folder_make(parent, &ourselves, used, &used_lock), 0);
	assert_int_equal(scratch_folder_make(parent, &ourselves, dead, &dead_lock), 0);
	close(dead_lock);
	touch(dead, "data/PG_VERSION");
	touch(parent, "pgassay-cache-0/lock");
	touch(parent, "pgassay-nolock/data"); /* six letters, but not made by us: no lock */
	touch(parent, "pgassay-afile0");
	g_autofree char *empty = g_build_filename(parent, "pgassay-empty0", NULL);
	assert_int_equal(g_mkdir(empty, 0700), 0);
	scratch_folder_reap_all(parent);
	assert_false(g_file_test(dead, G_FILE_TEST_EXISTS));
	assert_false(g_file_test(empty, G_FILE_TEST_EXISTS));
	assert_true(g_file_test(used, G_FILE_TEST_EXISTS));
	assert_true(exists(parent, "pgassay-cache-0/lock"));
	assert_true(exists(parent, "pgassay-nolock/data"));
	assert_true(exists(parent, "pgassay-afile0"));
	close(used_lock);
}

static void
a_removal_does_not_follow_links(void **state)
{
	const char *parent = *state;
	g_autofree char *victim = g_build_filename(parent, "victim", NULL);
	g_autofree char *doomed = g_build_filename(parent, "doomed", NULL);
	g_autofree char *link = g_build_filename(doomed, "deep/link", NULL);

	touch(victim, "file");
	touch(doomed, "deep/file");
	assert_int_equal(symlink(victim, link), 0);
	assert_true(scratch_folder_remove(doomed));
	assert_false(g_file_test(doomed, G_FILE_TEST_EXISTS));
	assert_true(exists(victim, "file"));
}

static void
a_number_in_a_file_is_no_reason_to_kill(void **state)
{
	char path[SCRATCH_FOLDER_MAX];
	int lock = -1;
	g_autofree char *content = g_strdup_printf("%ld\n", (long)getpid());

	assert_int_equal(scratch_folder_make(*state, &ourselves, path, &lock), 0);
	g_autofree char *data = g_build_filename(path, "data", NULL);
	g_autofree char *file = g_build_filename(data, "postmaster.pid", NULL);
	assert_int_equal(g_mkdir(data, 0700), 0);
	assert_true(g_file_set_contents(file, content, -1, NULL));
	close(lock);
	assert_true(scratch_folder_reap(path));
	/* We are still here. */
	assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

/* A process that looks like the postmaster of the data directory, and waits for the end of `input`. */
static pid_t
start_postmaster(const char *data, int input)
{
	int running[2];
	char byte;
	pid_t child;

	assert_true(g_unix_open_pipe(running, FD_CLOEXEC, NULL));
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(input, STDIN_FILENO);
		/* Not ignored, as it is for a program that a shell runs in the background. */
		signal(SIGQUIT, SIG_DFL);
		execl("/bin/sh", "/usr/bin/postgres", "-c", "read line", data, (char *)NULL);
		_exit(127);
	}
	close(running[1]);
	/* Closed by the exec. */
	assert_int_equal(read(running[0], &byte, 1), 0);
	close(running[0]);
	return child;
}

static void
a_postmaster_that_is_left_is_ended(void **state)
{
	static const struct {
		bool is_deaf;
		int ended_by;
	} cases[] = { { false, SIGQUIT }, { true, SIGKILL } };
	int input[2];

	assert_true(g_unix_open_pipe(input, FD_CLOEXEC, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		char path[SCRATCH_FOLDER_MAX];
		int lock = -1;
		int status = 0;
		assert_int_equal(scratch_folder_make(*state, &ourselves, path, &lock), 0);
		g_autofree char *data = g_build_filename(path, "data", NULL);
		g_autofree char *file = g_build_filename(data, "postmaster.pid", NULL);
		pid_t postmaster = start_postmaster(data, input[0]);
		g_autofree char *content = g_strdup_printf("%ld\n", (long)postmaster);
		assert_int_equal(g_mkdir(data, 0700), 0);
		assert_true(g_file_set_contents(file, content, -1, NULL));
		if (cases[i].is_deaf) {
			assert_int_equal(kill(postmaster, SIGSTOP), 0);
			assert_int_equal(waitpid(postmaster, &status, WUNTRACED), postmaster);
		}
		close(lock);
		assert_true(scratch_folder_reap(path));
		assert_int_equal(waitpid(postmaster, &status, 0), postmaster);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), cases[i].ended_by);
	}
	close(input[0]);
	close(input[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_our_pattern_is_a_name),
		cmocka_unit_test_setup_teardown(the_parent_is_one_that_a_socket_can_be_in, set_up, tear_down),
		cmocka_unit_test(only_a_file_system_in_memory_has_room_in_memory),
		cmocka_unit_test_setup_teardown(a_made_folder_is_private_and_locked, set_up, tear_down),
		cmocka_unit_test(a_folder_cannot_be_made_in_nothing),
		cmocka_unit_test_setup_teardown(reaping_leaves_foreign_and_used_folders, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_removal_does_not_follow_links, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_number_in_a_file_is_no_reason_to_kill, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_postmaster_that_is_left_is_ended, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
