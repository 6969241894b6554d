#include "support.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "scratch/mark.h"

/* One server for all tests here; what each test makes, it drops. */
static ScratchServer *shared;

static int
set_up(void **state)
{
	if (make_private_folder(state) != 0)
		return -1;
	shared = start_server();
	return 0;
}

static int
tear_down(void **state)
{
	scratch_server_stop(shared);
	return remove_private_folder(state);
}

static void
run_sql(const char *database, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbSession)
	    session = db_session_open(scratch_server_endpoint(shared), database, DB_SESSION_INTERNAL, &error);

	if (session == NULL || !db_session_execute(session, sql, &error))
		fail_msg("%s: %s", sql, error->message);
}

static bool
database_exists(gconstpointer name)
{
	g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM pg_database WHERE datname = '%s'",
	                                       (const char *)name);
	g_autofree char *count = ask(scratch_server_endpoint(shared), sql);

	return strcmp(count, "1") == 0;
}

static bool
role_exists(const char *name)
{
	g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM pg_roles WHERE rolname = '%s'", name);
	g_autofree char *count = ask(scratch_server_endpoint(shared), sql);

	return strcmp(count, "1") == 0;
}

static char *
mark_of(const char *name)
{
	g_autofree char *sql = g_strdup_printf("SELECT shobj_description(oid, 'pg_database') FROM pg_database"
	                                       " WHERE datname = '%s'",
	                                       name);

	return ask(scratch_server_endpoint(shared), sql);
}

static ScratchDatabase *
create(ScratchServer *server, const char *label, const ScratchDatabase *template)
{
	g_autoptr(GError) error = NULL;
	ScratchDatabase *database = scratch_database_create(server, label, template, &error);

	if (database == NULL)
		fail_msg("%s", error->message);
	return database;
}

static ScratchServer *
attach(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbEndpoint) endpoint = db_endpoint_ref((DbEndpoint *)scratch_server_endpoint(shared));
	ScratchServer *server = scratch_server_attach(endpoint, &error);

	if (server == NULL)
		fail_msg("%s", error->message);
	return server;
}

/* --- Databases ----------------------------------------------------------- */

static void
a_database_carries_name_and_mark_until_it_is_dropped(void **state)
{
	(void)state;
	ScratchDatabase *database = create(shared, "auth's \"own\"", NULL);
	g_autofree char *name = g_strdup(scratch_database_name(database));
	g_autofree char *mark = mark_of(name);

	assert_true(g_str_has_prefix(name, "pgassay_"));
	assert_true(g_str_has_prefix(mark, "pgassay scratch database; run="));
	assert_true(g_str_has_suffix(mark, "; label=auth's \"own\""));
	assert_string_equal(scratch_database_label(database), "auth's \"own\"");
	/* An open session does not hinder the drop. */
	g_autoptr(DbSession) session = scratch_database_connect(database, DB_SESSION_MIGRATION, NULL);
	assert_non_null(session);
	scratch_database_drop(database, false);
	assert_false(database_exists(name));
	scratch_database_drop(NULL, false);
}

static void
a_copy_has_the_properties_of_its_template(void **state)
{
	(void)state;
	ScratchDatabase *template = create(shared, "template", NULL);
	g_autoptr(DbSession) session = scratch_database_connect(template, DB_SESSION_MIGRATION, NULL);
	assert_true(db_session_execute(session, "CREATE TABLE t AS SELECT generate_series(1, 1000) AS n", NULL));
	/* The server may not have noticed yet that this session is closed. */
	g_clear_pointer(&session, db_session_close);
	ScratchDatabase *copy = create(shared, "copy", template);
	g_autoptr(DbSession) other = scratch_database_connect(copy, DB_SESSION_MIGRATION, NULL);
	g_autofree char *sum = db_session_query_value(other, NULL, "SELECT sum(n) FROM t", NULL);

	assert_string_equal(sum, "500500");
	scratch_database_drop(copy, false);
	scratch_database_drop(template, false);
}

static void
a_template_in_use_names_who_uses_it(void **state)
{
	(void)state;
	ScratchDatabase *template = create(shared, "template", NULL);
	g_autoptr(DbSession) session = scratch_database_connect(template, DB_SESSION_MIGRATION, NULL);
	g_autofree char *process = g_strdup_printf("process %d", db_session_backend_pid(session));
	g_autoptr(GError) error = NULL;

	assert_null(scratch_database_create(shared, "copy", template, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
	assert_non_null(strstr(error->message, scratch_database_name(template)));
	assert_non_null(strstr(error->message, process));
	scratch_database_drop(template, false);
}

static void
a_kept_database_stays(void **state)
{
	(void)state;
	ScratchDatabase *database = create(shared, "kept", NULL);
	g_autofree char *name = g_strdup(scratch_database_name(database));
	g_autofree char *command = scratch_database_keep(database);
	g_autofree char *mark = mark_of(name);

	assert_true(g_str_has_prefix(command, "psql "));
	assert_non_null(strstr(command, name));
	assert_true(g_str_has_prefix(mark, "pgassay scratch database; kept; run="));
	scratch_database_drop(database, false);
	assert_true(database_exists(name));
	g_autofree char *sql = g_strdup_printf("DROP DATABASE %s", name);
	run_sql("postgres", sql);
}

static gpointer
create_and_drop(gpointer data)
{
	const ScratchDatabase *template = data;

	for (int i = 0; i < 3; i++) {
		g_autoptr(GError) error = NULL;
		ScratchDatabase *database = scratch_database_create(shared, "thread", i == 1 ? template : NULL, &error);
		g_autoptr(DbSession)
		    session = database == NULL ? NULL : scratch_database_connect(database, DB_SESSION_INTERNAL, NULL);
		bool done = session != NULL;
		scratch_database_drop(database, false);
		if (!done)
			return NULL;
	}
	return GINT_TO_POINTER(1);
}

static void
threads_may_create_at_once(void **state)
{
	(void)state;
	ScratchDatabase *template = create(shared, "template", NULL);
	GThread *threads[4];
	int succeeded = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("create", create_and_drop, template);
	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
		succeeded += GPOINTER_TO_INT(g_thread_join(threads[i]));
	assert_int_equal(succeeded, (int)G_N_ELEMENTS(threads));
	scratch_database_drop(template, false);
	g_autofree char *left = ask(scratch_server_endpoint(shared),
	                            "SELECT count(*) FROM pg_database WHERE datname LIKE 'pgassay%'");
	assert_string_equal(left, "0");
}

/* An interruption is for good, so this happens in a process of its own. */
static int
be_interrupted_and_drop(void)
{
	g_autoptr(ScratchServer) server = attach();
	ScratchDatabase *database = create(server, "interrupted", NULL);
	g_autofree char *name = g_strdup(scratch_database_name(database));
	g_autoptr(GError) error = NULL;

	base_interrupt_install();
	raise(SIGINT);
	if (scratch_database_create(server, "late", NULL, &error) != NULL ||
	    !g_error_matches(error, BASE_ERROR, BASE_ERROR_INTERRUPTED))
		return 1;
	scratch_database_drop(database, false);
	return database_exists(name) ? 2 : 0;
}

static void
a_drop_works_after_an_interruption(void **state)
{
	(void)state;
	assert_int_equal(run_in_child(be_interrupted_and_drop), 0);
	g_autofree char *left = ask(scratch_server_endpoint(shared),
	                            "SELECT count(*) FROM pg_database WHERE datname LIKE 'pgassay%'");
	assert_string_equal(left, "0");
}

static void
a_lost_session_is_opened_again(void **state)
{
	(void)state;
	g_autoptr(GError) error = NULL;

	run_sql("template1", "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'postgres'");
	/* The first call finds out, and may fail; the next one works. */
	ScratchDatabase *database = scratch_database_create(shared, "first", NULL, &error);
	scratch_database_drop(database, false);
	scratch_database_drop(create(shared, "second", NULL), false);
}

/* --- Attached servers ---------------------------------------------------- */

static void
an_attached_server_stays(void **state)
{
	(void)state;
	ScratchServer *server = attach();

	assert_false(scratch_server_is_own(server));
	assert_null(scratch_server_keep(server));
	assert_string_equal(scratch_server_origin(server), db_endpoint_describe(scratch_server_endpoint(shared)));
	ScratchDatabase *database = create(server, "attached", NULL);
	g_autofree char *name = g_strdup(scratch_database_name(database));
	/* "With the server" is for a server that goes: this one does not. */
	scratch_database_drop(database, true);
	assert_false(database_exists(name));
	scratch_server_stop(server);
	free(ask(scratch_server_endpoint(shared), "SELECT 1"));
}

static void
only_marked_databases_of_dead_runs_are_reaped(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *mark;
		bool stays;
		const char *limit; /* of the connections, as that run has it */
	} cases[] = {
		{ "pgassay_deadbeef_1", "pgassay scratch database; run=deadbeef; label=x", false },
		{ "pgassay_deadbeef_2", NULL, true },
		{ "pgassay_deadbeef_7", NULL, false, "deadbeef" },
		{ "pgassay_deadbeef_8", NULL, true, "cafecafe" },
		{ "pgassay_deadbeef_9", "something else", true, "deadbeef" },
		{ "other_2", NULL, true, "deadbeef" },
		{ "pgassay_deadbeef_3", "pgassay scratch database; kept; run=deadbeef; label=x", true },
		{ "pgassay_deadbeef_4", "pgassay scratch database; run=cafecafe; label=x", true },
		{ "pgassay_deadbeef_5", "something else", true },
		{ "other_1", "pgassay scratch database; run=deadbeef; label=x", true },
		{ "pgassay_deadbeef_6", "pgassay scratch role; run=deadbeef; label=x", true },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *sql = g_strdup_printf("CREATE DATABASE %s CONNECTION LIMIT %d", cases[i].name,
		                                       cases[i].limit != NULL ? scratch_mark_limit(cases[i].limit)
		                                                              : -1);
		g_autofree char *mark = g_strdup_printf("COMMENT ON DATABASE %s IS '%s'", cases[i].name, cases[i].mark);
		run_sql("postgres", sql);
		if (cases[i].mark != NULL)
			run_sql("postgres", mark);
	}
	scratch_server_stop(attach());
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *sql = g_strdup_printf("DROP DATABASE IF EXISTS %s", cases[i].name);
		assert_int_equal(database_exists(cases[i].name), cases[i].stays);
		run_sql("postgres", sql);
	}
}

static int report;

/* A run on the shared server that waits for its death. */
static void
live_until_killed(void)
{
	ScratchServer *server = attach();
	ScratchDatabase *database = create(server, "victim", NULL);
	ssize_t length = (ssize_t)strlen(scratch_database_name(database));

	if (!scratch_server_create_role(server, "victim_role", NULL) ||
	    write(report, scratch_database_name(database), (size_t)length) != length)
		exit(1);
	for (;;)
		pause();
}

/* Reaps again until the database is gone: the server takes a moment to see that a run died. */
static bool
is_reaped(gconstpointer name)
{
	scratch_server_stop(attach());
	return !database_exists(name);
}

static void
a_run_is_left_alone_until_it_is_dead(void **state)
{
	(void)state;
	char name[64] = { 0 };
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	report = ends[1];
	pid_t victim = fork();
	assert_true(victim >= 0);
	if (victim == 0)
		live_until_killed();
	assert_in_range(read(ends[0], name, sizeof name - 1), 1, 63);
	assert_false(is_reaped(name));
	assert_true(role_exists("victim_role"));
	assert_int_equal(kill(victim, SIGKILL), 0);
	assert_int_equal(waitpid(victim, NULL, 0), victim);
	assert_true(wait_until(is_reaped, name, LONG_SECONDS));
	assert_false(role_exists("victim_role"));
	close(ends[0]);
	close(ends[1]);
}

/* Starts a run on the shared server; its database's name is in `name`. */
static pid_t
start_run(char name[64])
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	report = ends[1];
	pid_t run = fork();
	assert_true(run >= 0);
	if (run == 0)
		live_until_killed();
	memset(name, 0, 64);
	assert_in_range(read(ends[0], name, 63), 1, 63);
	close(ends[0]);
	close(ends[1]);
	return run;
}

static void
kill_run(pid_t run, const char *name)
{
	assert_int_equal(kill(run, SIGKILL), 0);
	assert_int_equal(waitpid(run, NULL, 0), run);
	assert_true(wait_until(is_reaped, name, LONG_SECONDS));
}

static void
a_database_with_a_session_is_left_alone(void **state)
{
	(void)state;
	char name[64];
	pid_t run = start_run(name);
	DbSession *session = db_session_open(scratch_server_endpoint(shared), name, DB_SESSION_INTERNAL, NULL);

	assert_non_null(session);
	assert_int_equal(kill(run, SIGKILL), 0);
	assert_int_equal(waitpid(run, NULL, 0), run);
	assert_false(is_reaped(name));
	assert_true(db_session_execute(session, "SELECT 1", NULL));
	db_session_close(session);
	assert_true(wait_until(is_reaped, name, LONG_SECONDS));
}

/* As a pooler, a firewall or an administrator would end it. */
static void
a_run_takes_a_lost_lock_again(void **state)
{
	(void)state;
	char name[64];
	pid_t run = start_run(name);

	for (int i = 0; i < 3; i++) {
		g_autofree char *ended = ask(scratch_server_endpoint(shared),
		                             "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_locks"
		                             " WHERE locktype = 'advisory' AND classid = " SCRATCH_LOCK_CLASS);
		assert_string_equal(ended, "1");
		assert_false(is_reaped(name));
	}
	kill_run(run, name);
}

static void
set_idle_timeout(const char *value)
{
	g_autofree char *sql = g_strdup_printf("ALTER SYSTEM SET idle_session_timeout = %s", value);

	run_sql("postgres", sql);
	run_sql("postgres", "SELECT pg_reload_conf()");
}

static void
a_timeout_for_idle_sessions_ends_none_of_ours(void **state)
{
	(void)state;
	static const DbSessionPurpose purposes[] = { DB_SESSION_INTERNAL, DB_SESSION_MIGRATION, DB_SESSION_CLEANUP,
		                                     DB_SESSION_READ_ONLY };
	DbSession *sessions[G_N_ELEMENTS(purposes)];
	char name[64];

	if (scratch_server_version(shared) < 140000)
		skip();
	set_idle_timeout("200");
	pid_t run = start_run(name);
	ScratchServer *server = attach();
	ScratchDatabase *database = create(server, "idle", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(purposes); i++) {
		sessions[i] = scratch_database_connect(database, purposes[i], NULL);
		assert_non_null(sessions[i]);
	}
	/* Settings of a migration are reset before the next one, and an application may discard all. */
	for (gsize i = 0; i < G_N_ELEMENTS(purposes); i++)
		assert_true(db_session_execute(sessions[i], "DISCARD ALL", NULL));
	poll(NULL, 0, 700);
	for (gsize i = 0; i < G_N_ELEMENTS(purposes); i++) {
		assert_true(db_session_execute(sessions[i], "SELECT 1", NULL));
		db_session_close(sessions[i]);
	}
	assert_false(is_reaped(name));
	scratch_database_drop(database, true);
	scratch_server_stop(server);
	set_idle_timeout("DEFAULT");
	kill_run(run, name);
}

static void
a_role_is_reaped_by_its_name_and_mark(void **state)
{
	(void)state;
	run_sql("postgres",
	        "CREATE ROLE reaped; COMMENT ON ROLE reaped IS 'pgassay scratch role; run=deadbeef; label=reaped';"
	        "CREATE ROLE spared; COMMENT ON ROLE spared IS 'pgassay scratch role; run=deadbeef; label=reaped'");
	scratch_server_stop(attach());
	assert_false(role_exists("reaped"));
	assert_true(role_exists("spared"));
	run_sql("postgres", "DROP ROLE spared");
}

/* The name and the limit are there in the moment in which the database is. */
static void
a_database_has_its_sign_from_the_first_moment(void **state)
{
	(void)state;
	ScratchServer *server = attach();
	ScratchDatabase *database = create(server, "sign", NULL);
	char run[SCRATCH_RUN_SIZE];
	g_autofree char *sql = g_strdup_printf("SELECT datconnlimit FROM pg_database WHERE datname = '%s'",
	                                       scratch_database_name(database));
	g_autofree char *limit = ask(scratch_server_endpoint(shared), sql);

	assert_true(scratch_mark_parse_name(scratch_database_name(database), run));
	assert_int_equal(g_ascii_strtoll(limit, NULL, 10), scratch_mark_limit(run));
	scratch_database_drop(database, true);
	scratch_server_stop(server);
}

static void
roles_made_on_an_attached_server_go_with_the_run(void **state)
{
	(void)state;
	ScratchServer *server = attach();
	g_autoptr(GError) error = NULL;

	run_sql("postgres", "CREATE ROLE theirs");
	assert_true(scratch_server_create_role(server, "ours", &error));
	assert_true(scratch_server_create_role(server, "theirs", &error));
	assert_true(role_exists("ours"));
	scratch_server_stop(server);
	assert_false(role_exists("ours"));
	assert_true(role_exists("theirs"));
	run_sql("postgres", "DROP ROLE theirs");
}

static void
without_the_right_to_create_the_error_says_so(void **state)
{
	(void)state;
	g_autoptr(GError) error = NULL;
	g_autofree char *folder = folder_of(shared);
	g_autofree char *data = g_build_filename(folder, "data", NULL);

	run_sql("postgres", "CREATE ROLE limited LOGIN");
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_socket(data, 5432, "limited");
	ScratchServer *server = scratch_server_attach(endpoint, &error);
	assert_non_null(server);
	assert_null(scratch_database_create(server, "denied", NULL, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
	assert_non_null(strstr(error->message, "permission denied"));
	assert_non_null(strstr(error->message, "CREATEDB"));
	scratch_server_stop(server);
	run_sql("postgres", "DROP ROLE limited");
}

static void
a_server_that_is_not_there_is_an_error(void **state)
{
	(void)state;
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_socket(private_folder, 1, "postgres");
	g_autoptr(GError) error = NULL;

	assert_null(scratch_server_attach(endpoint, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_database_carries_name_and_mark_until_it_is_dropped),
		cmocka_unit_test(a_copy_has_the_properties_of_its_template),
		cmocka_unit_test(a_template_in_use_names_who_uses_it),
		cmocka_unit_test(a_kept_database_stays),
		cmocka_unit_test(threads_may_create_at_once),
		cmocka_unit_test(a_drop_works_after_an_interruption),
		cmocka_unit_test(a_lost_session_is_opened_again),
		cmocka_unit_test(an_attached_server_stays),
		cmocka_unit_test(only_marked_databases_of_dead_runs_are_reaped),
		cmocka_unit_test(a_run_is_left_alone_until_it_is_dead),
		cmocka_unit_test(a_database_with_a_session_is_left_alone),
		cmocka_unit_test(a_run_takes_a_lost_lock_again),
		cmocka_unit_test(a_timeout_for_idle_sessions_ends_none_of_ours),
		cmocka_unit_test(a_role_is_reaped_by_its_name_and_mark),
		cmocka_unit_test(a_database_has_its_sign_from_the_first_moment),
		cmocka_unit_test(roles_made_on_an_attached_server_go_with_the_run),
		cmocka_unit_test(without_the_right_to_create_the_error_says_so),
		cmocka_unit_test(a_server_that_is_not_there_is_an_error),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
