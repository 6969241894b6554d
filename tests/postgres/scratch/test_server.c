#include "support.h"

#include "db/environment.h"

#include "base/error.h"
#include "scratch/binaries.h"
#include "scratch/removal.h"

/* As the server itself says: what describes an endpoint ends at the first space. */
static char *
folder_of_data(const ScratchServer *server)
{
	return ask(scratch_server_endpoint(server), "SHOW data_directory");
}

static void
a_start_and_a_stop_leave_nothing(void **state)
{
	(void)state;
	ScratchServer *server = start_server();
	g_autofree char *folder = folder_of(server);
	pid_t postmaster = postmaster_of(folder);
	pid_t supervisor = parent_of(postmaster);
	GStatBuf status;

	assert_true(scratch_server_is_own(server));
	assert_in_range(scratch_server_version(server), SCRATCH_VERSION_MIN, 1000 * 10000);
	assert_int_equal(scratch_binaries_parse_version(scratch_server_version_text(server)),
	                 scratch_server_version(server));
	assert_int_equal(g_stat(folder, &status), 0);
	assert_int_equal(status.st_uid, geteuid());
	assert_int_equal(status.st_mode & 0007, 0);
	scratch_server_stop(server);
	assert_true(is_gone(&postmaster));
	assert_true(is_gone(&supervisor));
	assert_nothing_left();
}

static guint
count_descriptors(void)
{
	g_autoptr(GDir) folder = g_dir_open("/proc/self/fd", 0, NULL);
	guint count = 0;

	while (g_dir_read_name(folder) != NULL)
		count++;
	return count;
}

static void
a_start_and_a_stop_leave_no_descriptors_open(void **state)
{
	(void)state;
	guint before = count_descriptors();

	/* Also where the template is made. */
	forget_cache();
	for (int i = 0; i < 2; i++)
		scratch_server_stop(start_server());
	assert_int_equal(count_descriptors(), before);
}

static void
two_servers_run_at_once(void **state)
{
	(void)state;
	ScratchServer *one = start_server();
	ScratchServer *two = start_server();
	g_autofree char *first = folder_of(one);
	g_autofree char *second = folder_of(two);

	assert_string_not_equal(first, second);
	/* The second start did not take the first one's folder for a leftover. */
	free(ask(scratch_server_endpoint(one), "SELECT 1"));
	scratch_server_stop(one);
	assert_true(is_missing(first));
	free(ask(scratch_server_endpoint(two), "SELECT 1"));
	scratch_server_stop(two);
	assert_nothing_left();
}

/* The data committed just before the crash is still there, and uncommitted data is not. */
static void
a_crashed_server_recovers(void **state)
{
	(void)state;
	ScratchServer *server = start_server();
	const DbEndpoint *endpoint = scratch_server_endpoint(server);
	g_autofree char *folder = folder_of(server);
	g_autofree char *log = g_build_filename(folder, "log", NULL);
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;

	for (int i = 0; i < 2; i++) {
		g_autoptr(DbSession) session = db_session_open(endpoint, "postgres", DB_SESSION_INTERNAL, NULL);
		assert_true(db_session_execute(session, "CREATE TABLE IF NOT EXISTS public.t (a int)", NULL));
		assert_true(db_session_execute(session, "INSERT INTO public.t VALUES (1)", NULL));
		assert_true(db_session_execute(session, "BEGIN; INSERT INTO public.t VALUES (2)", NULL));
		if (!scratch_server_crash(server, &error))
			fail_msg("%s", error->message);
		assert_false(db_session_execute(session, "SELECT 1", NULL));
		g_autofree char *rows = ask(endpoint, "SELECT string_agg(a::text, ' ') FROM public.t");
		assert_string_equal(rows, i == 0 ? "1" : "1 1");
	}
	assert_true(g_file_get_contents(log, &text, NULL, NULL));
	assert_non_null(strstr(text, "database system was not properly shut down"));
	ScratchDatabase *database = scratch_database_create(server, "after", NULL, &error);
	assert_non_null(database);
	scratch_database_drop(database, true);
	scratch_server_stop(server);
	assert_nothing_left();
}

static void
variables_of_libpq_change_nothing(void **state)
{
	(void)state;
	static const char *const variables[][2] = {
		{ "PGHOST", "/nowhere" },         { "PGPORT", "1" },
		{ "PGUSER", "nobody" },           { "PGDATABASE", "nothing" },
		{ "PGOPTIONS", "-c wrong=1" },    { "PGSERVICE", "missing" },
		{ "PGDATA", "/nowhere" },         { "PGTZ", "Asia/Tokyo" },
		{ "PGCLIENTENCODING", "LATIN1" }, { "PGASSAY_TEST_OTHER", "stays" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(variables); i++)
		g_setenv(variables[i][0], variables[i][1], TRUE);
	/* As main does, before there is anything else. */
	db_environment_take();
	g_autoptr(ScratchServer) server = start_server();
	g_autofree char *zone = ask(scratch_server_endpoint(server), "SHOW timezone");
	assert_string_not_equal(zone, "Asia/Tokyo");
	for (gsize i = 0; i + 1 < G_N_ELEMENTS(variables); i++)
		assert_null(g_getenv(variables[i][0]));
	assert_string_equal(g_getenv("PGASSAY_TEST_OTHER"), "stays");
}

static void
settings_are_about_speed_size_and_the_log_only(void **state)
{
	(void)state;
	g_autoptr(ScratchServer) server = start_server();
	g_autofree char *changed = ask(scratch_server_endpoint(server),
	                               "SELECT string_agg(name, ' ' ORDER BY name) FROM pg_settings"
	                               " WHERE source = 'command line' AND name NOT IN ('data_directory',"
	                               " 'unix_socket_directories', 'dynamic_shared_memory_type')");
	g_autofree char *initial = ask(scratch_server_endpoint(server),
	                               "SELECT current_setting('TimeZone') || ' ' || pg_encoding_to_char(encoding)"
	                               " FROM pg_database WHERE datname = 'postgres'");
	g_autofree char *listens = ask(scratch_server_endpoint(server), "SELECT current_setting('listen_addresses')");

	assert_string_equal(
	    changed,
	    "autovacuum cluster_name fsync full_page_writes jit listen_addresses log_line_prefix max_connections "
	    "max_locks_per_transaction shared_buffers synchronous_commit wal_init_zero wal_recycle");
	assert_non_null(strstr(initial, "UTC UTF8"));
	assert_string_equal(listens, "");
}

/* Each with a key, a sequence, a TOAST table and an index: 60,000 locks. */
static void
five_thousand_tables_fit_into_one_transaction(void **state)
{
	(void)state;
	g_autoptr(ScratchServer) server = start_server();
	g_autoptr(GError) error = NULL;
	g_autoptr(DbSession)
	    session = db_session_open(scratch_server_endpoint(server), "postgres", DB_SESSION_MIGRATION, &error);
	bool done = session != NULL &&
	            db_session_execute(session,
	                               "DO $$ BEGIN FOR i IN 1..5000 LOOP EXECUTE format("
	                               "'CREATE TABLE t%s (id bigserial PRIMARY KEY, a text UNIQUE)', i);"
	                               " END LOOP; END $$",
	                               &error);

	if (!done)
		fail_msg("%s", error->message);
}

static void
an_unusual_temporary_folder_will_do(void **state)
{
	(void)state;
	g_autofree char *cache = g_strdup(g_getenv("XDG_CACHE_HOME"));
	g_autofree char *folder = g_build_filename(private_folder, "it's a $HOME", NULL);

	assert_int_equal(g_mkdir(folder, 0755), 0);
	g_setenv("TMPDIR", folder, TRUE);
	g_setenv("XDG_CACHE_HOME", folder, TRUE);
	for (int i = 0; i < 2; i++) {
		ScratchServer *server = start_server();
		g_autofree char *place = folder_of_data(server);
		assert_true(g_str_has_prefix(place, folder));
		free(ask(scratch_server_endpoint(server), "SELECT 1"));
		scratch_server_stop(server);
	}
	g_setenv("TMPDIR", private_folder, TRUE);
	g_setenv("XDG_CACHE_HOME", cache, TRUE);
	assert_true(scratch_folder_remove(folder));
}

static void
extensions_are_known(void **state)
{
	(void)state;
	g_autoptr(ScratchServer) server = start_server();
	g_autoptr(GError) error = NULL;
	bool has = false;

	assert_true(scratch_server_has_extension(server, "plpgsql", &has, &error));
	assert_true(has);
	assert_true(scratch_server_has_extension(server, "no such extension'", &has, &error));
	assert_false(has);
}

static void
roles_are_made_once(void **state)
{
	(void)state;
	g_autoptr(ScratchServer) server = start_server();
	g_autoptr(GError) error = NULL;

	assert_true(scratch_server_create_role(server, "App \"one\"", &error));
	assert_true(scratch_server_create_role(server, "App \"one\"", &error));
	g_autofree char *login = ask(scratch_server_endpoint(server),
	                             "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'App \"one\"'");
	assert_string_equal(login, "f");
	assert_false(scratch_server_create_role(server, "pg_mine", &error));
	assert_non_null(strstr(error->message, "pg_mine"));
}

/* --- Keeping ------------------------------------------------------------- */

static int
start_and_keep(void)
{
	ScratchServer *server = start_server();
	g_autofree char *command = scratch_server_keep(server);
	g_autofree char *path = g_build_filename(private_folder, "command", NULL);

	if (!g_file_set_contents(path, command, -1, NULL))
		return 1;
	scratch_server_stop(server);
	return 0;
}

static void
a_kept_server_runs_until_its_supervisor_is_ended(void **state)
{
	(void)state;
	g_autofree char *path = g_build_filename(private_folder, "command", NULL);
	g_autofree char *command = NULL;

	assert_int_equal(run_in_child(start_and_keep), 0);
	g_autofree char *folder = find_scratch_folder();
	assert_non_null(folder);
	g_autofree char *data = g_build_filename(folder, "data", NULL);
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_socket(data, 5432, "postgres");
	/* It survives the next run, too. */
	scratch_server_stop(start_server());
	free(ask(endpoint, "SELECT 1"));
	pid_t postmaster = postmaster_of(folder);
	assert_true(g_file_get_contents(path, &command, NULL, NULL));
	assert_true(g_str_has_prefix(command, "kill "));
	assert_int_equal(kill((pid_t)strtol(command + strlen("kill "), NULL, 10), SIGTERM), 0);
	assert_true(wait_until(is_missing, folder, GONE_SECONDS));
	assert_true(wait_until(is_gone, &postmaster, GONE_SECONDS));
}

static void
a_kept_server_that_is_shut_down_leaves_nothing(void **state)
{
	(void)state;
	assert_int_equal(run_in_child(start_and_keep), 0);
	g_autofree char *folder = find_scratch_folder();
	assert_non_null(folder);
	assert_int_equal(kill(postmaster_of(folder), SIGINT), 0);
	assert_true(wait_until(is_missing, folder, GONE_SECONDS));
}

/* --- Users and versions -------------------------------------------------- */

static int
start_as_nobody(void)
{
	static const ScratchAccount nobody = { .drops = true, .uid = 65534, .gid = 65534, .name = "nobody" };
	g_autofree char *folder = g_build_filename(private_folder, "nobody", NULL);
	g_autofree char *cache = g_build_filename(folder, "cache", NULL);

	if (g_mkdir(folder, 0700) != 0 || chown(folder, nobody.uid, nobody.gid) != 0 ||
	    !scratch_account_become(&nobody))
		return 2;
	g_setenv("TMPDIR", folder, TRUE);
	g_setenv("XDG_CACHE_HOME", cache, TRUE);
	for (int i = 0; i < 2; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(ScratchServer) server = scratch_server_start(NULL, &error);
		if (server == NULL) {
			print_message("%s\n", error->message);
			return 1;
		}
	}
	scratch_folder_reap_all(folder);
	return 0;
}

/* Without root, all other tests are this one. */
static void
an_ordinary_user_can_start_one(void **state)
{
	(void)state;
	if (geteuid() == 0)
		assert_int_equal(run_in_child(start_as_nobody), 0);
	else
		scratch_server_stop(start_server());
}

static void
try_binaries(const char *bindir)
{
	const ScratchOptions options = { .bindir = bindir };
	g_autoptr(GError) error = NULL;
	g_autoptr(ScratchServer) server = scratch_server_start(&options, &error);

	if (server == NULL)
		fail_msg("%s: %s", bindir, error->message);
	assert_string_equal(scratch_server_origin(server), bindir);
	ScratchDatabase *database = scratch_database_create(server, bindir, NULL, &error);
	ScratchDatabase *copy = database != NULL ? scratch_database_create(server, bindir, database, &error) : NULL;
	if (copy == NULL)
		fail_msg("%s: %s", bindir, error->message);
	scratch_database_drop(copy, false);
	scratch_database_drop(database, true);
}

static void
every_version_there_is_starts(void **state)
{
	(void)state;
	static const ScratchOptions options = { 0 };
	const char *listed = g_getenv("PGASSAY_TEST_BINDIRS");
	g_auto(GStrv) bindirs = g_strsplit(listed != NULL ? listed : "", ":", -1);
	g_autoptr(GPtrArray) found = scratch_binaries_find_all(&options);
	guint tried = 0;

	for (char **bindir = bindirs; *bindir != NULL; bindir++) {
		if ((*bindir)[0] == '\0')
			continue;
		try_binaries(*bindir);
		tried++;
	}
	for (guint i = 0; tried == 0 && i < found->len; i++) {
		const ScratchBinaries *binaries = g_ptr_array_index(found, i);
		if (binaries->problem == NULL)
			try_binaries(binaries->directory);
	}
	assert_true(tried > 0 || found->len > 0);
	assert_nothing_left();
}

/* --- Failures ------------------------------------------------------------ */

static void
write_program(const char *folder, const char *name, const char *script)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	assert_int_equal(g_mkdir_with_parents(folder, 0755), 0);
	assert_true(g_file_set_contents(path, script, -1, NULL));
	assert_int_equal(g_chmod(path, 0755), 0);
}

static void
a_failed_start_shows_the_end_of_the_log(void **state)
{
	(void)state;
	static const struct {
		const char *initdb;
		const char *said;
		const char *hint;
	} cases[] = {
		{ "#!/bin/sh\necho 'could not write: No space left on device' >&2\nexit 1\n",
		  "initdb failed (exit status 1)", "hint: free some space" },
		{ "#!/bin/sh\necho 'initdb: error: invalid locale settings' >&2\nexit 1\n", "invalid locale settings",
		  "hint: install the locale" },
		{ "#!/bin/sh\nkill -9 $$\n", "ended by signal 9", NULL },
		{ "#!/bin/sh\nexit 0\n", "the server did not start (exit status 7)", NULL },
	};
	g_autofree char *bindir = g_build_filename(private_folder, "bin", NULL);

	write_program(bindir, "postgres",
	              "#!/bin/sh\n[ \"$1\" = --version ] && echo 'postgres (PostgreSQL) 15.1' && exit 0\n"
	              "echo last words >&2\nexit 7\n");
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const ScratchOptions options = { .bindir = bindir };
		g_autoptr(GError) error = NULL;
		write_program(bindir, "initdb", cases[i].initdb);
		assert_null(scratch_server_start(&options, &error));
		assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
		assert_non_null(strstr(error->message, cases[i].said));
		if (cases[i].hint != NULL)
			assert_non_null(strstr(error->message, cases[i].hint));
		assert_nothing_left();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_start_and_a_stop_leave_nothing),
		cmocka_unit_test(a_start_and_a_stop_leave_no_descriptors_open),
		cmocka_unit_test(two_servers_run_at_once),
		cmocka_unit_test(a_crashed_server_recovers),
		cmocka_unit_test(variables_of_libpq_change_nothing),
		cmocka_unit_test(settings_are_about_speed_size_and_the_log_only),
		cmocka_unit_test(five_thousand_tables_fit_into_one_transaction),
		cmocka_unit_test(an_unusual_temporary_folder_will_do),
		cmocka_unit_test(extensions_are_known),
		cmocka_unit_test(roles_are_made_once),
		cmocka_unit_test(a_kept_server_runs_until_its_supervisor_is_ended),
		cmocka_unit_test(a_kept_server_that_is_shut_down_leaves_nothing),
		cmocka_unit_test(an_ordinary_user_can_start_one),
		cmocka_unit_test(every_version_there_is_starts),
		cmocka_unit_test(a_failed_start_shows_the_end_of_the_log),
	};

	return cmocka_run_group_tests(tests, make_private_folder, remove_private_folder);
}
