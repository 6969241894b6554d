#include "support.h"

#include "../../unit/migration/folder.h"

#include "check/crash/crash.h"
#include "check/crash/state.h"

#include <string.h>

/* --- One migration that is killed --------------------------------------------- */

/* A history of two migrations; the second one is killed. */
typedef struct {
	const char *format;
	const char *up;
	const char *problem; /* what the case must say; NULL: it must pass */
	const char *output;  /* what its output must hold */
} Row;

static const char first_up[] =
    "CREATE TABLE t (a int, b text); CREATE INDEX t_b ON t (b); CREATE SEQUENCE numbers; "
    "SELECT setval('numbers', 50); "
    "INSERT INTO t SELECT n, 'x' FROM generate_series(1, 4) n; CREATE UNLOGGED TABLE fast (a int); "
    "INSERT INTO fast VALUES (1)";

static MigrationSet *
load(const Row *row)
{
	const bool flyway = g_str_has_prefix(row->format, "flyway");
	const bool versioned = flyway || strcmp(row->format, "refinery") == 0;
	const bool prisma = strcmp(row->format, "prisma") == 0;
	const bool golang = strcmp(row->format, "golang-migrate") == 0;
	const FolderFile files[] = {
		{ versioned ? "V1__a.sql"
		  : prisma  ? "1_a/migration.sql"
		  : golang  ? "1_a.up.sql"
		            : "1.sql",
		  first_up },
		{ versioned ? "V2__b.sql"
		  : prisma  ? "2_b/migration.sql"
		  : golang  ? "2_b.up.sql"
		            : "2.sql",
		  row->up },
		{ strcmp(row->format, "flyway, scope A") == 0 ? "V2__b.sql.conf" : NULL,
		  "executeInTransaction=false\n" },
		{ NULL, NULL },
	};
	GError *error = NULL;
	MigrationSet *set = folder_load(files, (MigrationOptions){ .format = flyway ? "flyway" : row->format }, &error);

	support_check(set != NULL, error, row->up);
	return set;
}

static void
open_behind_first(CheckWorkspace *workspace)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(GError) error = NULL;
	bool done = check_workspace_open(workspace, "test", &error) &&
	            migration_runner_apply(workspace->runner, g_ptr_array_index(workspace->set->migrations, 0),
	                                   MIGRATION_UP, &outcome, &error);

	support_check(done, g_steal_pointer(&error), "the first migration");
	if (outcome.failed)
		fail_msg("%s", outcome.details);
}

/* However it was killed, the workspace is behind the migration, as one that nobody disturbed. */
static void
expect_applied(CheckWorkspace *workspace)
{
	g_auto(CheckWorkspace)
	    other = { .server = workspace->server, .set = workspace->set, .exclusions = workspace->exclusions };
	g_auto(CheckCrashState) expected = { 0 };
	g_auto(CheckCrashState) found = { 0 };
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(GError) error = NULL;

	open_behind_first(&other);
	bool done = migration_runner_apply(other.runner, g_ptr_array_index(workspace->set->migrations, 1), MIGRATION_UP,
	                                   &outcome, &error) &&
	            check_crash_state_read(&other, &expected, &error) &&
	            check_crash_state_read(workspace, &found, &error);
	support_check(done, g_steal_pointer(&error), "the second migration");
	g_autofree char *missed = check_crash_state_missed(workspace, &expected, &found);
	if (missed != NULL)
		fail_msg("%s", missed);
}

static ReportCase *
run(const Row *row, const guint32 *seed, CheckCrashVictim victim)
{
	g_autoptr(GError) error = NULL;
	const char *const excluded[] = { "public.schema_migrations", "public.flyway_schema_history",
		                         "public._prisma_migrations", "public.refinery_schema_history", NULL };
	const CatalogExclusions exclusions = { .tables = excluded };
	g_autoptr(MigrationSet) set = load(row);
	g_auto(CheckWorkspace) workspace = { .server = support_server(), .set = set, .exclusions = &exclusions };
	ReportCase *test_case = report_case_new("db", "crash", "2", (SourcePosition){ .path = "2.sql" });
	const CheckCrash crash = { .workspace = &workspace,
		                   .migration = g_ptr_array_index(set->migrations, 1),
		                   .seed = seed,
		                   .victim = victim,
		                   .test_case = test_case };
	bool applied = false;

	open_behind_first(&workspace);
	support_check(check_crash(&crash, &applied, &error), g_steal_pointer(&error), row->up);
	assert_true(applied);
	if (victim == CHECK_CRASH_SESSION)
		expect_applied(&workspace);
	return test_case;
}

static void
expect(const Row *row, const ReportCase *found)
{
	g_autofree char *text = g_strdup_printf("%s\n%s", found->message != NULL ? found->message : "",
	                                        found->details != NULL ? found->details : "");

	if (row->problem == NULL && found->status != REPORT_PASSED)
		fail_msg("%s: %s\n%s", row->format, row->up, text);
	if (row->problem != NULL && (found->status != REPORT_FAILED || strstr(text, row->problem) == NULL))
		fail_msg("%s: %s\nexpected: %s\nfound: %s\n%s", row->format, row->up, row->problem, text, found->notes);
	if (row->output != NULL && strstr(found->notes, row->output) == NULL)
		fail_msg("%s: %s\nexpected: %s\nfound: %s", row->format, row->up, row->output, found->notes);
}

/* --- Rows ------------------------------------------------------------------------ */

static const Row rows[] = {
	/* In a transaction: nothing is left, at no point. */
	{ "plain", "CREATE TABLE u (a int); ALTER TABLE t ADD c int; DELETE FROM t WHERE a = 1", NULL,
	  "killed at 5 points" },
	{ "flyway", "CREATE TABLE u (a int); UPDATE t SET b = 'y'", NULL, "killed at 4 points" },
	{ "plain", "-- nothing\n", NULL, "killed at 2 points" },
	{ "plain", "INSERT INTO t SELECT nextval('numbers'), now()::text", NULL, "killed at 3 points" },
	/* In a transaction, which setval does not follow. */
	{ "plain", "SELECT setval('numbers', 3); CREATE TABLE u (a int)",
	  "\"2.sql\", killed after statement 1 of 2, is left half applied, though it runs in a transaction; run again, "
	  "it "
	  "reaches the end",
	  "killed at 4 points" },
	{ "plain", "SELECT setval('numbers', 3)", "sequence \"public.numbers\" stood at 50, and stands at 3", NULL },
	/* The tool's own mark is no fault of the script, when the tool gets over it. */
	{ "prisma", "CREATE TABLE u (a int)", NULL,
	  "killed after statement 1 of 1, it leaves this behind; run again after \"prisma migrate resolve --applied\", "
	  "it "
	  "reaches the end:\n" },
	/* Without a transaction: remains are reported, and are accepted if another run repairs them. */
	{ "plain",
	  "CREATE TABLE IF NOT EXISTS u (a int); DROP INDEX CONCURRENTLY IF EXISTS u_a; CREATE INDEX CONCURRENTLY u_a "
	  "ON u "
	  "(a)",
	  NULL,
	  "killed after statement 1 of 3, it leaves this behind; run again, it reaches the end:\n"
	  "table \"public.u\" is unexpected\n"
	  "the history does not say that the migration is applied" },
	{ "plain",
	  "CREATE TABLE IF NOT EXISTS u (a int); DROP INDEX CONCURRENTLY IF EXISTS u_a; CREATE INDEX CONCURRENTLY u_a "
	  "ON u "
	  "(a)",
	  NULL,
	  "killed while statement 3 of 3 runs, it leaves this behind; run again, it reaches the end:\n"
	  "table \"public.u\" is unexpected\n"
	  "index \"public.u.u_a\" is INVALID" },
	{ "plain", "DROP INDEX CONCURRENTLY IF EXISTS t_b", NULL,
	  "killed while statement 1 of 1 runs, it leaves this behind; run again, it reaches the end:\n"
	  "index \"public.t.t_b\" is INVALID" },
	{ "plain", "UPDATE t SET b = 'y'; VACUUM t", NULL, "column \"b\" of table \"public.t\" holds other values" },
	{ "flyway, scope A", "CREATE TABLE IF NOT EXISTS u (a int); CREATE INDEX IF NOT EXISTS u_a ON u (a)", NULL,
	  "killed after statement 2 of 2, it leaves this behind" },
	/* Another run does not get over it. */
	{ "plain", "CREATE TABLE u (a int); CREATE INDEX CONCURRENTLY u_a ON u (a)",
	  "\"2.sql\", killed after statement 1 of 2, is left half applied; run again, it fails: relation \"u\" already "
	  "exists",
	  "killed at 4 points" },
	{ "plain", "CREATE TABLE u (a int); COMMIT; ALTER TABLE t ADD c int", "table \"public.u\" is unexpected",
	  NULL },
	{ "plain", "ALTER TABLE t ADD c int; COMMIT; CREATE TABLE IF NOT EXISTS u (a int)",
	  "left behind:\ncolumn \"public.t.c\" is unexpected\nthe history does not say that the migration is applied\n"
	  "run again:\nERROR: column \"c\" of relation \"t\" already exists",
	  NULL },
	{ "flyway", "CREATE TABLE u (a int); COMMIT; ALTER TABLE t ADD c int",
	  "run again, it fails: relation \"u\" already exists", NULL },
	{ "flyway, scope A", "CREATE TABLE u (a int); CREATE INDEX u_a ON u (a)",
	  "run again, it fails: relation \"u\" already exists", NULL },
	/* The transaction does not hold the history row. */
	{ "refinery", "CREATE TABLE u (a int)",
	  "\"V2__b.sql\", killed after COMMIT, before the history row, is left half applied; run again, it fails: "
	  "relation "
	  "\"u\" already exists",
	  "killed at 3 points" },
	{ "refinery", "CREATE TABLE IF NOT EXISTS u (a int); SELECT 1", NULL,
	  "killed at 3 points\nkilled after COMMIT, before the history row, it leaves this behind; run again, it "
	  "reaches "
	  "the end:\ntable \"public.u\" is unexpected\nthe history does not say that the migration is applied" },
	/* One statement is a transaction, but the history row is not in it. */
	{ "flyway, scope A", "CREATE TABLE u (a int)",
	  "killed after statement 1 of 1, is left half applied; run again, it fails: relation \"u\" already exists",
	  NULL },
	{ "flyway, scope A", "CREATE TABLE IF NOT EXISTS u (a int)", NULL, "run again, it reaches the end" },
	/* The tool's own mark alone is nothing that a script could avoid. */
	{ "golang-migrate", "CREATE TABLE u (a int)", NULL, "run again after \"migrate force\", it reaches the end" },
	{ "golang-migrate", "CREATE TABLE u (a int); INSERT INTO u VALUES (1)", NULL,
	  "run again after \"migrate force\", it reaches the end" },
	{ "golang-migrate", "CREATE INDEX CONCURRENTLY t_a ON t (a)", "index \"public.t.t_a\" is INVALID", NULL },
	/* Another run says nothing, and is wrong. */
	{ "plain", "CREATE INDEX CONCURRENTLY IF NOT EXISTS t_a ON t (a)",
	  "killed while statement 1 of 1 runs, is left half applied; run again, it ends in another state than "
	  "undisturbed",
	  NULL },
	{ "plain", "CREATE INDEX CONCURRENTLY IF NOT EXISTS t_a ON t (a)", "index \"public.t.t_a\" is INVALID", NULL },
	{ "plain", "INSERT INTO t VALUES (5, 'z'); VACUUM t", "table \"public.t\" had 5 rows, has 6", NULL },
};

static void
every_script_is_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(ReportCase) found = run(&rows[i], NULL, CHECK_CRASH_SESSION);
		expect(&rows[i], found);
	}
}

static void
the_statement_is_the_place(void **state)
{
	static const Row row = { "plain",
		                 "CREATE TABLE IF NOT EXISTS u (a int);\nCREATE TABLE v (a int);\nVACUUM t;\n" };
	g_autoptr(ReportCase) found = run(&row, NULL, CHECK_CRASH_SESSION);

	(void)state;
	assert_int_equal(found->status, REPORT_FAILED);
	assert_int_equal(found->position.line, 2);
	assert_true(g_str_has_suffix(found->position.path, "/2.sql"));
}

/* A long script does not fill the report. */
static void
few_points_are_reported(void **state)
{
	g_autoptr(GString) up = g_string_new("CREATE TABLE u (a int); VACUUM t;");

	(void)state;
	for (int i = 0; i < 10; i++)
		g_string_append_printf(up, "CREATE TABLE u%d (a int);", i);
	const Row row = { "plain", up->str, "... and at 8 more points\nhint: let every statement work", NULL };
	g_autoptr(ReportCase) found = run(&row, NULL, CHECK_CRASH_SESSION);
	expect(&row, found);
}

/* --- Drawing ----------------------------------------------------------------------- */

static void
a_seed_draws_one_point(void **state)
{
	static const Row row = { "plain", "CREATE TABLE u (a int); CREATE TABLE v (a int); CREATE TABLE w (a int)" };
	g_autoptr(GHashTable) points = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	(void)state;
	for (guint32 seed = 0; seed < 6; seed++) {
		g_autoptr(ReportCase) first = run(&row, &seed, CHECK_CRASH_SESSION);
		g_autoptr(ReportCase) second = run(&row, &seed, CHECK_CRASH_SESSION);
		g_autofree char *end = g_strdup_printf(" (drawn from 5 points with PGASSAY_SEED=%u)", seed);
		assert_int_equal(first->status, REPORT_PASSED);
		assert_string_equal(first->notes, second->notes);
		assert_true(g_str_has_suffix(first->notes, end));
		g_hash_table_add(points, g_strndup(first->notes, strlen(first->notes) - strlen(end)));
	}
	assert_in_range(g_hash_table_size(points), 3, 5);
}

/* --- The whole server ---------------------------------------------------------------- */

static void
the_whole_server_recovers(void **state)
{
	static const Row atomic = { "plain", "CREATE TABLE u (a int); INSERT INTO u VALUES (1); DELETE FROM t", NULL,
		                    "killed \"2.sql\" " };
	static const Row half = { "plain", "ALTER TABLE t ADD c int; COMMIT; ALTER TABLE t ADD d int",
		                  "run again, it fails: column \"c\" of relation \"t\" already exists", NULL };
	static const Row concurrent = { "plain", "CREATE INDEX CONCURRENTLY IF NOT EXISTS t_a ON t (a)",
		                        "\"2.sql\", killed with the whole server while statement 1 of 1 runs", NULL };
	guint failed = 0;
	guint inside = 0;

	(void)state;
	for (guint32 seed = 0; seed < 4; seed++) {
		g_autoptr(ReportCase) whole = run(&atomic, &seed, CHECK_CRASH_SERVER);
		expect(&atomic, whole);
		g_autoptr(ReportCase) found = run(&half, &seed, CHECK_CRASH_SERVER);
		bool end = strstr(found->notes, "after the history row") != NULL;
		if (!end)
			expect(&half, found);
		else
			assert_int_equal(found->status, REPORT_PASSED);
		failed += !end;
		g_autoptr(ReportCase) index = run(&concurrent, &seed, CHECK_CRASH_SERVER);
		if (strstr(index->notes, "while statement 1") != NULL) {
			expect(&concurrent, index);
			inside++;
		}
	}
	assert_in_range(failed, 1, 4);
	assert_in_range(inside, 1, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_script_is_judged),    cmocka_unit_test(the_statement_is_the_place),
		cmocka_unit_test(few_points_are_reported),   cmocka_unit_test(a_seed_draws_one_point),
		cmocka_unit_test(the_whole_server_recovers),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
