#include "support.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "scratch/postmaster.h"

/* Starts a child that starts a server and then waits to be killed; gives its process id. */
static pid_t
start_victim(void)
{
	int ready[2];
	char byte = 0;

	assert_int_equal(pipe(ready), 0);
	pid_t victim = fork();
	assert_true(victim >= 0);
	if (victim == 0) {
		close(ready[0]);
		start_server();
		if (write(ready[1], "!", 1) != 1)
			exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return victim;
}

static void
kill_and_collect(pid_t victim)
{
	assert_int_equal(kill(victim, SIGKILL), 0);
	assert_int_equal(waitpid(victim, NULL, 0), victim);
}

static void
the_server_dies_with_us(void **state)
{
	(void)state;
	pid_t victim = start_victim();
	g_autofree char *folder = find_scratch_folder();
	pid_t postmaster = postmaster_of(folder);

	kill_and_collect(victim);
	assert_true(wait_until(is_missing, folder, GONE_SECONDS));
	assert_true(wait_until(is_gone, &postmaster, GONE_SECONDS));
}

static void
signals_of_the_terminal_do_not_reach_the_supervisor(void **state)
{
	(void)state;
	static const int signals[] = { SIGINT, SIGHUP, SIGQUIT, SIGPIPE };
	g_autoptr(ScratchServer) server = start_server();
	g_autofree char *folder = folder_of(server);
	pid_t supervisor = parent_of(postmaster_of(folder));

	assert_int_equal(getsid(supervisor), supervisor);
	for (gsize i = 0; i < G_N_ELEMENTS(signals); i++)
		assert_int_equal(kill(supervisor, signals[i]), 0);
	free(ask(scratch_server_endpoint(server), "SELECT 1"));
	assert_int_equal(parent_of(postmaster_of(folder)), supervisor);
}

static void
remains_of_two_kills_are_removed_by_the_next_start(void **state)
{
	(void)state;
	pid_t victim = start_victim();
	g_autofree char *folder = find_scratch_folder();
	pid_t postmaster = postmaster_of(folder);

	/* The supervisor first: it must not have the time to clean up. */
	assert_int_equal(kill(parent_of(postmaster), SIGKILL), 0);
	kill_and_collect(victim);
	assert_true(wait_until(is_gone, &postmaster, GONE_SECONDS));
	assert_true(is_there(folder));
	scratch_server_stop(start_server());
	assert_true(is_missing(folder));
	assert_nothing_left();
}

static void
without_its_supervisor_a_stop_still_cleans_up(void **state)
{
	(void)state;
	ScratchServer *server = start_server();
	g_autofree char *folder = folder_of(server);

	assert_int_equal(kill(parent_of(postmaster_of(folder)), SIGKILL), 0);
	scratch_server_stop(server);
	assert_true(is_missing(folder));
}

static bool
is_stopped(gconstpointer pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%ld/stat", (long)*(const pid_t *)pid);
	g_autofree char *text = NULL;

	return g_file_get_contents(path, &text, NULL, NULL) && g_str_has_prefix(strrchr(text, ')'), ") T");
}

/* Makes the server deaf. */
static void
stop_process(pid_t pid)
{
	assert_int_equal(kill(pid, SIGSTOP), 0);
	assert_true(wait_until(is_stopped, &pid, LONG_SECONDS));
}

static void
a_server_that_does_not_listen_is_killed(void **state)
{
	(void)state;
	pid_t victim = start_victim();
	g_autofree char *folder = find_scratch_folder();
	pid_t postmaster = postmaster_of(folder);

	stop_process(postmaster);
	kill_and_collect(victim);
	assert_true(wait_until(is_gone, &postmaster, GONE_SECONDS));
	assert_true(wait_until(is_missing, folder, GONE_SECONDS));
}

/* The kernel signals it for the supervisor, and wakes it up, or else the next start ends it. */
static void
a_server_that_does_not_listen_does_not_survive_two_kills(void **state)
{
	(void)state;
	pid_t victim = start_victim();
	g_autofree char *folder = find_scratch_folder();
	pid_t postmaster = postmaster_of(folder);

	stop_process(postmaster);
	assert_int_equal(kill(parent_of(postmaster), SIGKILL), 0);
	kill_and_collect(victim);
	scratch_server_stop(start_server());
	assert_true(wait_until(is_gone, &postmaster, GONE_SECONDS));
	assert_nothing_left();
}

static bool
is_alone(gconstpointer name)
{
	g_autoptr(GDir) folder = g_dir_open(private_folder, 0, NULL);

	for (const char *entry; (entry = g_dir_read_name(folder)) != NULL;)
		if (scratch_folder_is_name(entry) && strcmp(entry, name) != 0)
			return false;
	return true;
}

static void
a_death_does_not_disturb_another_run(void **state)
{
	(void)state;
	g_autoptr(ScratchServer) server = start_server();
	g_autofree char *folder = folder_of(server);
	g_autofree char *name = g_path_get_basename(folder);
	pid_t victim = start_victim();

	assert_false(is_alone(name));
	kill_and_collect(victim);
	assert_true(wait_until(is_alone, name, GONE_SECONDS));
	assert_true(is_there(folder));
	free(ask(scratch_server_endpoint(server), "SELECT 1"));
}

/* --- One of its processes ------------------------------------------------------ */

/* The server has noticed the death when it ends the other sessions. */
static void
crash_a_session(ScratchServer *server)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbSession) witness = db_session_open(scratch_server_endpoint(server), "postgres", 0, &error);
	g_autoptr(DbSession) victim = db_session_open(scratch_server_endpoint(server), "postgres", 0, &error);

	assert_non_null(witness);
	assert_non_null(victim);
	assert_int_equal(kill(db_session_backend_pid(victim), SIGKILL), 0);
	while (db_session_execute(witness, "SELECT 1", &error))
		g_usleep(1000);
}

/* As soon as it lets somebody in again. */
static void
a_server_that_has_crashed_is_another_one(void **state)
{
	(void)state;
	g_autoptr(ScratchServer) server = start_server();

	for (int i = 0; i < 10; i++) {
		g_auto(ScratchIdentity) before = { 0 };
		g_auto(ScratchIdentity) after = { 0 };
		assert_true(scratch_server_identify(server, &before, NULL, NULL));
		assert_non_null(before.checkpointer);
		crash_a_session(server);
		while (!scratch_server_identify(server, &after, NULL, NULL))
			g_usleep(1000);
		assert_false(scratch_identity_equal(&before, &after));
	}
}

/* --- While starting ------------------------------------------------------ */

static bool
initdb_is_at_work(gconstpointer data)
{
	g_autofree char *folder = find_scratch_folder();
	g_autofree char *file = folder != NULL ? g_build_filename(folder, "data/PG_VERSION", NULL) : NULL;

	(void)data;
	return file != NULL && is_there(file);
}

static bool
nothing_is_left(gconstpointer data)
{
	g_autofree char *folder = find_scratch_folder();

	(void)data;
	return folder == NULL;
}

static bool
no_children_are_left(gconstpointer data)
{
	(void)data;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
	return waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD;
}

static pid_t
start_initdb_in_child(int (*function)(void))
{
	forget_cache();
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		exit(function());
	assert_true(wait_until(initdb_is_at_work, NULL, LONG_SECONDS));
	return child;
}

static int
just_start(void)
{
	start_server();
	return 0;
}

static void
a_death_during_initdb_leaves_nothing(void **state)
{
	(void)state;
	pid_t child = start_initdb_in_child(just_start);

	kill_and_collect(child);
	assert_true(wait_until(nothing_is_left, NULL, GONE_SECONDS));
	/* All orphans become our children: initdb and its children are gone as well. */
	assert_true(wait_until(no_children_are_left, NULL, GONE_SECONDS));
	/* The lock of the unfinished template is free again. */
	scratch_server_stop(start_server());
}

static int
start_and_be_interrupted(void)
{
	g_autoptr(GError) error = NULL;

	base_interrupt_install();
	if (scratch_server_start(NULL, &error) != NULL)
		return 1;
	return g_error_matches(error, BASE_ERROR, BASE_ERROR_INTERRUPTED) ? 0 : 2;
}

static void
an_interruption_during_initdb_leaves_nothing(void **state)
{
	(void)state;
	int status = -1;
	pid_t child = start_initdb_in_child(start_and_be_interrupted);

	assert_int_equal(kill(child, SIGINT), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_nothing_left();
}

/* Ends as pgassay does: an interruption is an error like others, and started servers are stopped. */
static int
start_and_stop(void)
{
	g_autoptr(GError) error = NULL;

	base_interrupt_install();
	g_autoptr(ScratchServer) server = scratch_server_start(NULL, &error);
	return server != NULL || g_error_matches(error, BASE_ERROR, BASE_ERROR_INTERRUPTED) ? 0 : 1;
}

/* Signals at many points of a warm start, whatever is going on there. */
static void
end_at_any_time(int signal_number, int (*function)(void))
{
	scratch_server_stop(start_server());
	for (int delay = 0; delay < 120; delay += 6) {
		int status = -1;
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0)
			exit(function());
		poll(NULL, 0, delay);
		assert_int_equal(kill(child, signal_number), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		/* Before the handler is installed, the signal ends the child. */
		assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == signal_number : WEXITSTATUS(status) == 0);
		/* Its supervisor comes to us as well, so that nothing is made after this. */
		assert_true(wait_until(no_children_are_left, NULL, GONE_SECONDS));
		assert_nothing_left();
	}
}

static void
a_death_at_any_time_leaves_nothing(void **state)
{
	(void)state;
	end_at_any_time(SIGKILL, just_start);
}

static void
an_interruption_at_any_time_leaves_nothing(void **state)
{
	(void)state;
	static const int signals[] = { SIGINT, SIGTERM };

	for (gsize i = 0; i < G_N_ELEMENTS(signals); i++)
		end_at_any_time(signals[i], start_and_stop);
}

/* --- While working ------------------------------------------------------- */

static int
query_until_interrupted(void)
{
	g_autoptr(GError) error = NULL;

	base_interrupt_install();
	g_autoptr(ScratchServer) server = start_server();
	ScratchDatabase *database = scratch_database_create(server, "run", NULL, NULL);
	DbSession *session = scratch_database_connect(database, DB_SESSION_MIGRATION, NULL);
	bool done = db_session_execute(session, "CREATE TABLE t (); SELECT pg_sleep(60)", &error);
	bool interrupted = !done && g_error_matches(error, BASE_ERROR, BASE_ERROR_INTERRUPTED);

	db_session_close(session);
	scratch_database_drop(database, true);
	return interrupted ? 0 : 1;
}

static bool
a_query_is_at_work(gconstpointer data)
{
	g_autofree char *folder = find_scratch_folder();
	g_autofree char *path = folder != NULL ? g_build_filename(folder, "data", NULL) : NULL;
	g_autofree char *socket = path != NULL ? g_build_filename(path, ".s.PGSQL.5432", NULL) : NULL;

	(void)data;
	if (socket == NULL || !is_there(socket))
		return false;
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_socket(path, 5432, "postgres");
	g_autoptr(DbSession) session = db_session_open(endpoint, "postgres", DB_SESSION_INTERNAL, NULL);
	g_autofree char *sleeping = session == NULL ? NULL
	                                            : db_session_query_value(session, NULL,
	                                                                     "SELECT count(*) FROM pg_stat_activity"
	                                                                     " WHERE wait_event = 'PgSleep'",
	                                                                     NULL);
	return g_strcmp0(sleeping, "1") == 0;
}

static void
an_interruption_during_a_query_leaves_nothing(void **state)
{
	(void)state;
	static const int signals[] = { SIGINT, SIGTERM };

	for (gsize i = 0; i < G_N_ELEMENTS(signals); i++) {
		int status = -1;
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0)
			exit(query_until_interrupted());
		assert_true(wait_until(a_query_is_at_work, NULL, LONG_SECONDS));
		assert_int_equal(kill(child, signals[i]), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
		assert_nothing_left();
		assert_true(wait_until(no_children_are_left, NULL, GONE_SECONDS));
	}
}

/* --- A server that dies -------------------------------------------------- */

static void
run_sql(DbSession *session, const char *sql)
{
	g_autoptr(GError) error = NULL;

	if (!db_session_execute(session, sql, &error))
		fail_msg("%s: %s", sql, error->message);
}

static DbSession *
open_session(const ScratchServer *server)
{
	g_autoptr(GError) error = NULL;
	DbSession *session = db_session_open(scratch_server_endpoint(server), "postgres", DB_SESSION_MIGRATION, &error);

	if (session == NULL)
		fail_msg("%s", error->message);
	return session;
}

/* A backend that computes does not look whether there is a postmaster. */
static gpointer
loop_for_ever(gpointer data)
{
	return GINT_TO_POINTER(!db_session_execute(data, "DO $$ BEGIN LOOP END LOOP; END $$", NULL));
}

static bool
is_at_work(gconstpointer session)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", db_session_backend_pid(session));
	g_autofree char *text = NULL;

	return g_file_get_contents(path, &text, NULL, NULL) && g_str_has_prefix(strrchr(text, ')'), ") R");
}

/* The key of the segment by which postmasters know each other. */
static char *
memory_key_of(const char *folder)
{
	g_autofree char *path = g_build_filename(folder, "data", "postmaster.pid", NULL);
	g_autofree char *text = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_auto(GStrv) numbers = g_strsplit_set(g_strchug(lines[6]), " ", -1);
	return g_strdup(numbers[0]);
}

static bool
has_segment(const char *key)
{
	g_autofree char *text = NULL;
	g_autofree char *pattern = g_strdup_printf("(?m)^ *%s ", key);

	assert_true(g_file_get_contents("/proc/sysvipc/shm", &text, NULL, NULL));
	return g_regex_match_simple(pattern, text, 0, 0);
}

static void
nothing_of_a_server_outlives_its_postmaster(void **state)
{
	(void)state;
	ScratchServer *server = start_server();
	g_autofree char *folder = folder_of(server);
	g_autofree char *key = memory_key_of(folder);
	g_autoptr(DbSession) session = open_session(server);
	pid_t backend = db_session_backend_pid(session);
	pid_t postmaster = postmaster_of(folder);
	GThread *thread = g_thread_new("loop", loop_for_ever, session);

	assert_true(wait_until(is_at_work, session, LONG_SECONDS));
	assert_true(has_segment(key));
	assert_int_equal(kill(postmaster, SIGKILL), 0);
	assert_true(wait_until(is_gone, &backend, GONE_SECONDS));
	assert_int_equal(GPOINTER_TO_INT(g_thread_join(thread)), 1);
	/* Its parent waits for the others of the server as well. */
	scratch_server_stop(server);
	assert_false(has_segment(key));
	assert_nothing_left();
}

/* Shared memory of a killed server in /dev/shm would stay unnoticed. */
static void
a_server_has_nothing_in_shared_memory(void **state)
{
	(void)state;
	g_autoptr(ScratchServer) server = start_server();
	g_autoptr(DbSession) session = open_session(server);
	g_autofree char *maps = g_strdup_printf("/proc/%d/maps", db_session_backend_pid(session));
	g_autofree char *text = NULL;

	/* Statistics, and a parallel query. */
	run_sql(session,
	        "CREATE TABLE t AS SELECT generate_series(1, 100000) AS n; ANALYZE t;"
	        "SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;"
	        "SELECT count(*) FROM t a JOIN t b USING (n)");
	assert_true(g_file_get_contents(maps, &text, NULL, NULL));
	assert_non_null(strstr(text, "/data/pg_dynshmem/"));
	assert_null(strstr(text, "PostgreSQL."));
}

/* SQL may write into the data directory, where pgassay reads the postmaster's file, as root perhaps. */
static void
a_replaced_postmaster_file_does_no_harm(void **state)
{
	static const char *const makers[] = { "mkfifo postmaster.pid", "ln -s /dev/zero postmaster.pid",
		                              "mkdir postmaster.pid", "true", "printf 1 >postmaster.pid" };

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(makers); i++) {
		ScratchServer *server = start_server();
		g_autofree char *folder = folder_of(server);
		g_autofree char *data = g_build_filename(folder, "data", NULL);
		ScratchPostmaster postmaster;
		g_autofree char *sql = g_strdup_printf(
		    "COPY (SELECT 1) TO PROGRAM 'rm postmaster.pid; cat >/dev/null; %s'", makers[i]);
		DbSession *session = open_session(server);
		run_sql(session, sql);
		db_session_close(session);
		assert_false(scratch_postmaster_read(data, &postmaster));
		scratch_postmaster_end(data);
		scratch_server_stop(server);
		assert_nothing_left();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_server_dies_with_us),
		cmocka_unit_test(signals_of_the_terminal_do_not_reach_the_supervisor),
		cmocka_unit_test(remains_of_two_kills_are_removed_by_the_next_start),
		cmocka_unit_test(without_its_supervisor_a_stop_still_cleans_up),
		cmocka_unit_test(a_server_that_does_not_listen_is_killed),
		cmocka_unit_test(a_server_that_does_not_listen_does_not_survive_two_kills),
		cmocka_unit_test(a_death_does_not_disturb_another_run),
		cmocka_unit_test(a_server_that_has_crashed_is_another_one),
		cmocka_unit_test(a_death_during_initdb_leaves_nothing),
		cmocka_unit_test(an_interruption_during_initdb_leaves_nothing),
		cmocka_unit_test(a_death_at_any_time_leaves_nothing),
		cmocka_unit_test(an_interruption_at_any_time_leaves_nothing),
		cmocka_unit_test(an_interruption_during_a_query_leaves_nothing),
		cmocka_unit_test(nothing_of_a_server_outlives_its_postmaster),
		cmocka_unit_test(a_server_has_nothing_in_shared_memory),
		cmocka_unit_test(a_replaced_postmaster_file_does_no_harm),
	};

	return cmocka_run_group_tests(tests, make_private_folder, remove_private_folder);
}
