#include "base/error.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static char *folder;

static char *
place(const char *name)
{
	return g_build_filename(folder, name, NULL);
}

static int
make_folder(void **state)
{
	(void)state;
	folder = g_dir_make_tmp("pgassay-file-XXXXXX", NULL);
	return folder != NULL ? 0 : -1;
}

static int
remove_folder(void **state)
{
	(void)state;
	g_autoptr(GDir) names = g_dir_open(folder, 0, NULL);

	for (const char *name; (name = g_dir_read_name(names)) != NULL;) {
		g_autofree char *path = place(name);
		g_unlink(path);
	}
	int removed = g_rmdir(folder);
	g_free(folder);
	return removed;
}

static char *
make_file(const char *name, const char *text)
{
	char *path = place(name);

	assert_true(g_file_set_contents(path, text, -1, NULL));
	return path;
}

static char *
make_fifo(const char *name)
{
	char *path = place(name);

	assert_int_equal(mkfifo(path, 0600), 0);
	return path;
}

static char *
make_socket(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char *path = place(name);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	g_strlcpy(address.sun_path, path, sizeof address.sun_path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	close(fd);
	return path;
}

static char *
read_text(const char *path)
{
	g_autoptr(GError) error = NULL;
	char *text = NULL;
	gsize length = 0;

	if (!base_file_read(path, 1000000, &text, &length, &error))
		fail_msg("%s", error->message);
	assert_int_equal(strlen(text), length);
	return text;
}

static void
a_regular_file_is_read(void **state)
{
	static const char *const texts[] = { "", "x", "one\ntwo\n" };

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *path = make_file("text", texts[i]);
		g_autofree char *text = read_text(path);
		assert_string_equal(text, texts[i]);
	}
	/* A file whose length the file system does not know. */
	g_autofree char *version = read_text("/proc/version");
	assert_true(g_str_has_prefix(version, "Linux version"));
}

/* For a FIFO that nobody writes to, open() waits without end; the test would, too. */
static void
special_files_are_refused_at_once(void **state)
{
	(void)state;
	char *paths[] = { make_fifo("fifo"), make_socket("socket"), g_strdup(folder), g_strdup("/dev/zero"),
		          g_strdup("/dev/null") };

	for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autofree char *path = paths[i];
		g_autoptr(GError) error = NULL;
		char *text = NULL;
		gsize length = 0;
		char start[10];
		assert_false(base_file_read(path, 100, &text, &length, &error));
		assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_INPUT));
		assert_non_null(strstr(error->message, path));
		assert_int_equal(base_file_read_start(path, BASE_FILE_FOLLOW, start, sizeof start), -1);
		assert_int_equal(base_file_open(path, BASE_FILE_FOLLOW), -1);
		if (i != 1) /* a socket cannot even be opened */
			assert_non_null(strstr(error->message, "not a regular file"));
	}
}

static void
a_file_past_the_limit_is_refused(void **state)
{
	(void)state;
	g_autofree char *path = make_file("long", "0123456789");
	g_autoptr(GError) error = NULL;
	char *text = NULL;
	gsize length = 0;

	assert_true(base_file_read(path, 10, &text, &length, NULL));
	g_free(text);
	assert_false(base_file_read(path, 9, &text, &length, &error));
	assert_non_null(strstr(error->message, "10 bytes"));
	/* A file that claims to be empty, but has contents. */
	g_clear_error(&error);
	assert_false(base_file_read("/proc/self/maps", 100, &text, &length, &error));
	assert_non_null(strstr(error->message, "more than the 100"));
}

static void
the_start_of_a_file_is_read(void **state)
{
	(void)state;
	g_autofree char *path = make_file("start", "0123456789");
	char start[5];
	char whole[100];

	assert_int_equal(base_file_read_start(path, BASE_FILE_FOLLOW, start, sizeof start), 4);
	assert_string_equal(start, "0123");
	assert_int_equal(base_file_read_start(path, BASE_FILE_FOLLOW, whole, sizeof whole), 10);
	assert_string_equal(whole, "0123456789");
}

static void
a_link_is_followed_where_it_may_be(void **state)
{
	(void)state;
	g_autofree char *path = make_file("target", "text");
	g_autofree char *link = place("link");
	char start[10];

	assert_int_equal(symlink(path, link), 0);
	g_autofree char *text = read_text(link);
	assert_string_equal(text, "text");
	assert_int_equal(base_file_read_start(link, BASE_FILE_NO_FOLLOW, start, sizeof start), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(base_file_read_start(path, BASE_FILE_NO_FOLLOW, start, sizeof start), 4);
}

static gpointer
read_fifo(gpointer path)
{
	int fd = g_open(path, O_RDONLY, 0);
	char text[100] = "";

	if (fd < 0 || read(fd, text, sizeof text - 1) <= 0)
		return NULL;
	close(fd);
	return g_strdup(text);
}

static void
a_pipe_is_written_to_when_its_reader_comes(void **state)
{
	(void)state;
	g_autofree char *path = make_fifo("report");
	GThread *reader = g_thread_new("reader", read_fifo, path);

	assert_true(base_file_write(path, "report", "text", 4, NULL));
	g_autofree char *text = g_thread_join(reader);
	assert_string_equal(text, "text");
}

static void
a_device_that_is_full_is_an_error(void **state)
{
	(void)state;
	g_autoptr(GError) error = NULL;

	assert_false(base_file_write("/dev/full", "report", "text", 4, &error));
	assert_non_null(strstr(error->message, "No space left on device"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_regular_file_is_read),
		cmocka_unit_test(special_files_are_refused_at_once),
		cmocka_unit_test(a_file_past_the_limit_is_refused),
		cmocka_unit_test(the_start_of_a_file_is_read),
		cmocka_unit_test(a_link_is_followed_where_it_may_be),
		cmocka_unit_test(a_pipe_is_written_to_when_its_reader_comes),
		cmocka_unit_test(a_device_that_is_full_is_an_error),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
