/* Drift: its findings, and that nothing is ever written. */
#include "support_run.h"

#include "check/kind/kind.h"
#include "run/drift.h"

static const char suite_text[] = "suite: shop\n"
				 "databases:\n"
				 "  shop:\n"
				 "    migrations: shop\n"
				 "    drift:\n"
				 "      ignore:\n"
				 "        - { object: table public.legacy_*, reason: of the old system }\n"
				 "        - { object: table public.t, attribute: comment, reason: written by hand }\n";

static const char *const migrations[][2] = {
	{ "V1__a.sql", "CREATE TABLE t (a int PRIMARY KEY, b text);" },
	{ "V2__b.sql", "CREATE INDEX t_b ON t (b); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';" },
};

/* A suite in a folder, and a database at the end of its migrations, which belongs to nobody else. */
typedef struct {
	char *folder;
	RunPlan *plan;
	SupportDatabase *database;
} Shop;

static void
write_file(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
shop_open(Shop *shop)
{
	GError *error = NULL;
	const Migration *failed = NULL;
	g_auto(MigrationOutcome) outcome = { 0 };
	guint applied = 0;

	shop->folder = g_dir_make_tmp("pgassay-drift-XXXXXX", NULL);
	g_autofree char *directory = g_build_filename(shop->folder, "shop", NULL);
	g_autofree char *path = g_build_filename(shop->folder, "suite.yaml", NULL);
	assert_int_equal(g_mkdir(directory, 0777), 0);
	write_file(shop->folder, "suite.yaml", suite_text);
	for (gsize i = 0; i < G_N_ELEMENTS(migrations); i++)
		write_file(directory, migrations[i][0], migrations[i][1]);
	const char *const paths[] = { path, NULL };
	shop->plan = run_plan_load(paths, &error);
	support_check(shop->plan != NULL, error, "run_plan_load");
	shop->database = support_database(NULL);
	const RunJob *job = g_ptr_array_index(shop->plan->jobs, 0);
	g_autoptr(MigrationRunner) runner = migration_runner_begin(job->set, shop->database->session, NULL, &error);
	support_check(runner != NULL, error, "migration_runner_begin");
	bool done = migration_runner_migrate(runner, &applied, &failed, &outcome, &error);
	support_check(done && failed == NULL, error, "migration_runner_migrate");
}

static void
shop_clear(Shop *shop)
{
	for (gsize i = 0; i < G_N_ELEMENTS(migrations); i++) {
		g_autofree char *path = g_build_filename(shop->folder, "shop", migrations[i][0], NULL);
		g_unlink(path);
	}
	g_autofree char *directory = g_build_filename(shop->folder, "shop", NULL);
	g_autofree char *path = g_build_filename(shop->folder, "suite.yaml", NULL);
	g_rmdir(directory);
	g_unlink(path);
	g_rmdir(shop->folder);
	g_free(shop->folder);
	run_plan_free(shop->plan);
	support_database_free(shop->database);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Shop, shop_clear)

static ReportRun *
try_drift(const Shop *shop, const char *more, GError **error)
{
	const char *server = db_endpoint_describe(scratch_server_endpoint(support_server()));
	g_autofree char *conninfo = g_strdup_printf("%s dbname=%s %s", server,
	                                            scratch_database_name(shop->database->database), more);
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_conninfo(conninfo, error);
	const RunOptions options = { 0 }; /* a server of its own for the scratch database */
	const RunDrift drift = { .job = g_ptr_array_index(shop->plan->jobs, 0),
		                 .endpoint = endpoint,
		                 .reading = { .statement_timeout = 20, .lock_timeout = 1 },
		                 .run = &options };
	ReportRun *report = NULL;

	return run_drift(&drift, &report, error) ? report : NULL;
}

static ReportRun *
drift_of(const Shop *shop, const char *more)
{
	GError *error = NULL;
	ReportRun *report = try_drift(shop, more, &error);

	support_check(report != NULL, error, "run_drift");
	return report;
}

/* "STAGE NAME: STATUS MESSAGE" of each case that has not passed, a line each. */
static char *
problems(const ReportRun *report)
{
	const ReportSuite *suite = g_ptr_array_index(report->suites, 0);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		if (test_case->status != REPORT_PASSED)
			g_string_append_printf(text, "%s %s: %s %s\n", test_case->stage, test_case->name,
			                       report_status_name(test_case->status), test_case->message);
	}
	return g_string_free(text, FALSE);
}

static void
assert_problems(const Shop *shop, const char *more, const char *expected)
{
	g_autoptr(ReportRun) report = drift_of(shop, more);
	g_autofree char *found = problems(report);

	assert_string_equal(found, expected);
}

#define UNUSED_IGNORE(object) "ignore " object ": failed nothing is ignored by it: there is no such difference\n"

static void
every_kind_is_found(void **state)
{
	g_auto(Shop) shop = { 0 };

	(void)state;
	shop_open(&shop);
	assert_problems(&shop, "", UNUSED_IGNORE("table public.legacy_*") UNUSED_IGNORE("table public.t"));
	support_execute(
	    shop.database->session,
	    "DROP FUNCTION f; ALTER TABLE t ALTER b SET NOT NULL; COMMENT ON TABLE t IS 'x';"
	    "CREATE TABLE legacy_a (x int PRIMARY KEY); CREATE TABLE unknown ();"
	    "UPDATE flyway_schema_history SET checksum = 5 WHERE version = '1';"
	    "DELETE FROM flyway_schema_history WHERE version = '2';"
	    "INSERT INTO flyway_schema_history VALUES (7, '7', 'x', 'SQL', 'V7__x.sql', 1, 'me', now(), 1, true)");
	g_autoptr(ReportRun) report = drift_of(&shop, "");
	g_autofree char *found = problems(report);
	const char *const parts[] = {
		"drift function public.f(): failed function \"public.f()\" is missing: the migrations make it",
		"drift table public.legacy_a: skipped differs, which is wanted: of the old system\n",
		"drift table public.t: failed column \"public.t.b\": nullable is \"false\", expected \"true\"\n",
		"drift table public.unknown: failed table \"public.unknown\" is unexpected: the database has it",
		"history V1__a.sql: failed edited: \"V1__a.sql\" was changed after it was applied: its checksum was 5",
		"history V2__b.sql: failed pending: \"V2__b.sql\" is not applied\n",
		"history V7__x.sql: failed no such file: \"V7__x.sql\" is applied, but there is no such file\n",
	};
	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
		if (strstr(found, parts[i]) == NULL)
			fail_msg("\"%s\" is not in\n%s", parts[i], found);
	assert_null(strstr(found, "ignore "));
	guint lines = 0;
	for (const char *p = found; *p != '\0'; p++)
		lines += *p == '\n';
	assert_int_equal(lines, G_N_ELEMENTS(parts));
}

/* A database that waits for a release matches its expected current state; faults in it are seen all the same. */
static void
pending_migrations_are_separate(void **state)
{
	g_auto(Shop) shop = { 0 };
	static const char pending[] = UNUSED_IGNORE("table public.legacy_*")
	    UNUSED_IGNORE("table public.t") "history V2__b.sql: skipped pending: \"V2__b.sql\" is not applied\n";

	(void)state;
	shop_open(&shop);
	support_execute(shop.database->session,
	                "DROP FUNCTION f; DROP INDEX t_b; DELETE FROM flyway_schema_history WHERE version = '2'");
	assert_problems(&shop, "", pending);
	support_execute(shop.database->session, "CREATE INDEX t_b ON t (b)");
	g_autofree char *by_hand = g_strconcat("drift table public.t: failed index \"public.t.t_b\" is unexpected: the "
	                                       "database has it, no migration makes it\n",
	                                       pending, NULL);
	assert_problems(&shop, "", by_hand);
	support_execute(shop.database->session, "DROP INDEX t_b; DROP TABLE t; DELETE FROM flyway_schema_history");
	assert_problems(&shop, "",
	                UNUSED_IGNORE("table public.legacy_*") UNUSED_IGNORE(
			    "table public.t") "history V1__a.sql: skipped pending: \"V1__a.sql\" is not applied\n"
	                                      "history V2__b.sql: skipped pending: \"V2__b.sql\" is not applied\n");
}

/* A pending migration before an applied one is out of order, and the end counts. */
static void
a_gap_is_compared_with_the_end(void **state)
{
	g_auto(Shop) shop = { 0 };

	(void)state;
	shop_open(&shop);
	support_execute(shop.database->session, "DELETE FROM flyway_schema_history WHERE version = '1'");
	g_autoptr(ReportRun) report = drift_of(&shop, "");
	g_autofree char *found = problems(report);
	assert_non_null(strstr(found, "history V1__a.sql: failed "));
	assert_null(strstr(found, "drift "));
}

static void
a_database_without_history_fails(void **state)
{
	g_auto(Shop) shop = { 0 };

	(void)state;
	shop_open(&shop);
	support_execute(shop.database->session, "DROP TABLE flyway_schema_history");
	g_autoptr(ReportRun) report = drift_of(&shop, "");
	g_autofree char *found = problems(report);
	assert_non_null(strstr(found, "history public.flyway_schema_history: failed there is no such table"));
}

/* The server's log of the database while drift runs: every statement reads, or sets something for its transaction. */
static void
nothing_is_written(void **state)
{
	g_auto(Shop) shop = { 0 };
	const char *host = db_endpoint_describe(scratch_server_endpoint(support_server()));
	g_autofree char *folder = g_strndup(host + strlen("host="), strcspn(host + strlen("host="), " "));
	g_autofree char *parent = g_path_get_dirname(folder);
	g_autofree char *path = g_build_filename(parent, "log", NULL);
	g_autofree char *log = NULL;
	g_autofree char *sql = NULL;
	guint statements = 0;

	(void)state;
	shop_open(&shop);
	sql = g_strdup_printf(
	    "ALTER DATABASE %s SET log_statement = 'all'; ALTER DATABASE %s SET log_min_messages = 'log'",
	    scratch_database_name(shop.database->database), scratch_database_name(shop.database->database));
	support_execute(shop.database->session, sql);
	g_autoptr(ReportRun) report = drift_of(&shop, "");
	assert_non_null(report);
	assert_true(g_file_get_contents(path, &log, NULL, NULL));
	g_auto(GStrv) lines = g_strsplit(log, "\n", -1);
	static const char *const allowed[] = { "SELECT",
		                               "WITH",
		                               "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
		                               "SAVEPOINT",
		                               "SET LOCAL",
		                               "ROLLBACK TO SAVEPOINT",
		                               "RELEASE SAVEPOINT",
		                               "LOCK TABLE \"public\".\"flyway_schema_history\" IN ACCESS SHARE MODE",
		                               "--",
		                               "SHOW" };
	for (gsize i = 0; lines[i] != NULL; i++) {
		const char *statement = strstr(lines[i], "LOG:  statement: ");
		const char *prepared = strstr(lines[i], "LOG:  execute ");
		if (statement == NULL && prepared == NULL)
			continue;
		const char *text = statement != NULL ? statement + strlen("LOG:  statement: ")
		                                     : strstr(prepared, ": ") + 2;
		text = statement == NULL ? strstr(text, ": ") + 2 : text;
		bool fine = false;
		for (gsize j = 0; j < G_N_ELEMENTS(allowed); j++)
			fine = fine || g_str_has_prefix(text, allowed[j]);
		if (!fine)
			fail_msg("drift sent \"%s\"", lines[i]);
		statements++;
	}
	/* The log is not empty for another reason. */
	assert_true(statements > 10);
	assert_non_null(strstr(log, "SET LOCAL statement_timeout = '20s'; SET LOCAL lock_timeout = '1s'"));
}

/* A role that may do nothing but look at the catalogs. */
static void
looking_at_the_catalogs_is_enough(void **state)
{
	g_auto(Shop) shop = { 0 };
	g_autofree char *name = NULL;

	(void)state;
	shop_open(&shop);
	name = g_strdup_printf("looker_%s", scratch_database_name(shop.database->database));
	g_autofree char *create = g_strdup_printf(
	    "CREATE ROLE %s LOGIN NOINHERIT; REVOKE ALL ON SCHEMA public FROM public;"
	    "COMMENT ON TABLE t IS 'x'; CREATE TABLE legacy_b ()",
	    name);
	g_autofree char *drop = g_strdup_printf("DROP ROLE %s", name);
	g_autofree char *user = g_strdup_printf("user=%s", name);
	support_execute(shop.database->session, create);
	g_autoptr(ReportRun) report = drift_of(&shop, user);
	g_autofree char *found = problems(report);
	support_execute(shop.database->session, drop);
	if (strstr(found, "history public.flyway_schema_history: skipped not compared: permission denied") == NULL ||
	    strstr(found, "drift table public.legacy_b: skipped") == NULL)
		fail_msg("%s", found);
	assert_null(strstr(found, "is missing"));
}

static void
a_lock_does_not_keep_it_waiting(void **state)
{
	g_auto(Shop) shop = { 0 };
	g_autoptr(GError) error = NULL;

	(void)state;
	shop_open(&shop);
	support_execute(shop.database->session, "BEGIN; LOCK TABLE flyway_schema_history");
	g_autoptr(ReportRun) report = try_drift(&shop, "", &error);
	support_execute(shop.database->session, "ROLLBACK");
	assert_null(report);
	assert_non_null(strstr(error->message, "lock timeout"));
	assert_non_null(strstr(error->message, "--lock-timeout"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_found),
		cmocka_unit_test(pending_migrations_are_separate),
		cmocka_unit_test(a_gap_is_compared_with_the_end),
		cmocka_unit_test(a_database_without_history_fails),
		cmocka_unit_test(nothing_is_written),
		cmocka_unit_test(looking_at_the_catalogs_is_enough),
		cmocka_unit_test(a_lock_does_not_keep_it_waiting),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
