/* Migrations that a command runs: what the history table says of them. The commands themselves are in
 * tests/cli/cases/commands. */
#include "migration/runner/commands.h"
#include "support_runner.h"

static char *up_to[] = { (char *)"true", (char *)"{version}", NULL };
static const MigrationCommands commands = { .up_to = up_to, .directory = (char *)"/", .timeout = 10 };

static MigrationSet *
load(const char *table)
{
	const FolderFile files[] = { { "01_a.exs", "" }, { "02_b.exs", "" }, { "03_c.exs", "" }, { NULL, NULL } };

	return runner_load_as(files, (MigrationOptions){ .commands = &commands, .history_table = table });
}

static guint
count_applied(DbSession *session, const MigrationSet *set)
{
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_autoptr(GHashTable) applied = migration_runner_applied(runner, NULL);

	assert_non_null(applied);
	return g_hash_table_size(applied);
}

static void
each_row_names_a_version(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autoptr(MigrationSet) set = load("schema_migrations");

	assert_int_equal(count_applied(session, set), 0);
	support_execute(session, "CREATE TABLE schema_migrations (version bigint); "
	                         "INSERT INTO schema_migrations VALUES (3), (1), (9)");
	assert_int_equal(count_applied(session, set), 2);
	assert_problems(set, session, "pending 02_b.exs, no such file 9");
}

static void
one_row_names_the_last(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autoptr(MigrationSet) set = load("alembic_version");

	support_execute(session,
	                "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('02')");
	assert_int_equal(count_applied(session, set), 2);
	assert_problems(set, session, "pending 03_c.exs");
}

/* A command that succeeds must have had its effect. */
static void
a_command_that_does_nothing_has_failed(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autoptr(MigrationSet) set = load("schema_migrations");
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };

	runner_try(runner, runner_migration(set, 0), MIGRATION_UP, &outcome);
	assert_true(outcome.failed);
	assert_contains(outcome.message, "does not say that \"01\" is applied");
	assert_string_equal(outcome.statement, "$ true 01");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(each_row_names_a_version),
		RUNNER_TEST(one_row_names_the_last),
		RUNNER_TEST(a_command_that_does_nothing_has_failed),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
