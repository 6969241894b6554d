/*
 * Shared by the tests of scratch/: a private TMPDIR and cache, processes that are watched from outside, waits with a
 * deadline.
 */
#ifndef SCRATCH_SUPPORT_H
#define SCRATCH_SUPPORT_H

#include "scratch/database.h"
#include "scratch/folder.h"
#include "scratch/removal.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* The promised limit: the server is gone two seconds after pgassay. */
#define GONE_SECONDS 2
#define LONG_SECONDS 60

/* The folder that is TMPDIR; its child "cache" is XDG_CACHE_HOME. */
static char *private_folder;

static inline int
make_private_folder(void **state)
{
	(void)state;
	char template[] = "/tmp/pgassay-test-XXXXXX";

	/* Orphans of a killed child become ours, and do not stay as zombies. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (mkdtemp(template) == NULL)
		return -1;
	private_folder = realpath(template, NULL);
	g_autofree char *cache = g_build_filename(private_folder, "cache", NULL);
	g_setenv("TMPDIR", private_folder, TRUE);
	g_setenv("XDG_CACHE_HOME", cache, TRUE);
	/* The server's user passes through. */
	return g_chmod(private_folder, 0755);
}

static inline int
remove_private_folder(void **state)
{
	(void)state;
	bool removed = scratch_folder_remove(private_folder);

	free(private_folder);
	return removed ? 0 : -1;
}

/* An empty cache, for the tests about the cache. */
static inline void
forget_cache(void)
{
	g_autofree char *cache = g_build_filename(private_folder, "cache", NULL);

	assert_true(scratch_folder_remove(cache));
}

/* The only scratch folder there is, or NULL; fails the test when there are several. */
static inline char *
find_scratch_folder(void)
{
	g_autoptr(GDir) folder = g_dir_open(private_folder, 0, NULL);
	char *found = NULL;

	for (const char *name; (name = g_dir_read_name(folder)) != NULL;) {
		if (!scratch_folder_is_name(name))
			continue;
		assert_null(found);
		found = g_build_filename(private_folder, name, NULL);
	}
	return found;
}

static inline void
assert_nothing_left(void)
{
	assert_null(find_scratch_folder());
}

/* Waits until the condition holds; false when it still does not after so many seconds. */
static inline bool
wait_until(bool (*condition)(gconstpointer), gconstpointer data, int seconds)
{
	gint64 deadline = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;

	while (!condition(data)) {
		if (g_get_monotonic_time() > deadline)
			return false;
		poll(NULL, 0, 2);
	}
	return true;
}

static inline bool
is_missing(gconstpointer path)
{
	return !g_file_test(path, G_FILE_TEST_EXISTS);
}

static inline bool
is_there(gconstpointer path)
{
	return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* True when no process has the number, or only one that has ended. */
static inline bool
is_gone(gconstpointer pid)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
	return kill(*(const pid_t *)pid, 0) != 0 && errno == ESRCH;
}

/* The process id of the server of a scratch folder. */
static inline pid_t
postmaster_of(const char *folder)
{
	g_autofree char *path = g_build_filename(folder, "data", "postmaster.pid", NULL);
	g_autofree char *text = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return (pid_t)strtol(text, NULL, 10);
}

/* The parent of a process: of a postmaster, its supervisor. */
static inline pid_t
parent_of(pid_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%ld/stat", (long)pid);
	g_autofree char *text = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return (pid_t)strtol(strrchr(text, ')') + 4, NULL, 10);
}

/* The folder of a server of our own. */
static inline char *
folder_of(const ScratchServer *server)
{
	const char *host = strstr(db_endpoint_describe(scratch_server_endpoint(server)), "host=") + strlen("host=");
	g_autofree char *data = g_strndup(host, strcspn(host, " "));

	return g_path_get_dirname(data);
}

static inline ScratchServer *
start_server(void)
{
	g_autoptr(GError) error = NULL;
	ScratchServer *server = scratch_server_start(NULL, &error);

	if (server == NULL)
		fail_msg("%s", error->message);
	return server;
}

/* One value from the server. */
static inline char *
ask(const DbEndpoint *endpoint, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbSession) session = db_session_open(endpoint, "postgres", DB_SESSION_CLEANUP, &error);
	char *value = session != NULL ? db_session_query_value(session, &error, sql, NULL) : NULL;

	if (value == NULL)
		fail_msg("%s: %s", sql, error->message);
	return value;
}

/* The number of the data directory: two servers with the same one come from one initdb. */
static inline char *
identity_of(const ScratchServer *server)
{
	return ask(scratch_server_endpoint(server), "SELECT system_identifier FROM pg_control_system()");
}

/* Runs the function in a child process and gives the exit status that it returns. */
static inline int
run_in_child(int (*function)(void))
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		exit(function());
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

#endif
