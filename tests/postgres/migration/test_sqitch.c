/* Sqitch's projects on a server. psql runs what only psql can run, so that there has to be one. */
#include "migration/detect/formats.h"
#include "support_runner.h"

#define PLAN       "%syntax-version=1.0.0\n%project=shop\n\na" WHO "\nb [a]" WHO "\n@v1" WHO "\n"
#define WHO        " 2024-01-15T10:00:00Z Ada <ada@example.org>"
#define BLOCK(sql) "BEGIN;\n" sql "\nCOMMIT;\n"
#define CHANGES    "SELECT coalesce(string_agg(change, ' ' ORDER BY planned_at, change), '') FROM sqitch.changes"
#define EVENTS     "SELECT string_agg(event || ' ' || change, ', ' ORDER BY committed_at) FROM sqitch.events"
#define TABLES     RUNNER_TABLES("none")

/* psql reads the files when they are run, so that they have to stay. */
static MigrationSet *
load_in(const Folder *folder)
{
	GError *error = NULL;
	MigrationSet *set = migration_set_load(&(MigrationOptions){ .directory = folder }, &error);

	support_check(set != NULL, error, "migration_set_load");
	return set;
}

static void
deploys_reverts_and_writes_its_registry(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "sqitch.plan", PLAN },
		{ "deploy/a.sql", BLOCK("CREATE TABLE a (id int);") },
		{ "revert/a.sql", BLOCK("DROP TABLE a;") },
		{ "verify/a.sql", "SELECT id FROM a;" },
		{ "deploy/b.sql", "\\set name b\nCREATE TABLE :name (id int);\n" },
		{ "revert/b.sql", "DROP TABLE b;" },
		{ NULL, NULL },
	};
	g_autoptr(Folder) folder = folder_new(files);
	g_autoptr(MigrationSet) set = load_in(folder);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, TABLES, "a b");
	assert_value(session, CHANGES, "a b");
	assert_value(session, "SELECT tag FROM sqitch.tags", "@v1");
	assert_value(session,
	             "SELECT d.dependency || ' ' || (c.change_id = d.dependency_id) FROM sqitch.dependencies d, "
	             "sqitch.changes c WHERE c.change = 'a'",
	             "a true");
	assert_int_equal(runner_migrate(runner), 0);
	assert_problems(set, session, "");
	runner_apply(runner, runner_migration(set, 1), MIGRATION_DOWN);
	assert_problems(set, session, "pending b");
	support_execute(session, "UPDATE sqitch.changes SET script_hash = 'x'");
	assert_problems(set, session, "edited a, pending b");
	assert_value(session, TABLES, "a");
	assert_value(session, CHANGES, "a");
	assert_value(session, "SELECT count(*) FROM sqitch.tags", "0");
	assert_value(session, EVENTS, "deploy a, deploy b, revert b");
}

/* The state after a change that fails, and the message. */
static void
a_failure_has_its_place(void **state)
{
	DbSession *session = support_session(state);
	static const struct {
		const char *deploy;
		const char *verify;
		const char *tables;
		const char *changes;
		const char *message;
		guint line;
	} cases[] = {
		{ BLOCK("CREATE TABLE x (id int);\nSELECT no;"), "", "", "", "column \"no\" does not exist", 3 },
		{ "CREATE TABLE x (id int);\nSELECT no;", "", "x", "", "column \"no\" does not exist", 2 },
		{ "\\set n no\nCREATE TABLE x (id int);\nSELECT :n;\n", "", "x", "", "column \"no\" does not exist",
		  3 },
		{ "BEGIN;\nCREATE TABLE x (id int);\n", "", "", "", "the script leaves its transaction open", 1 },
		{ "CREATE TABLE x (id int);", "SELECT 1;\nSELECT y FROM x;", "x", "a",
		  "it runs, but its verify script fails: column \"y\" does not exist", 2 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FolderFile files[] = {
			{ "sqitch.plan", "%project=shop\n\na" WHO "\n" },
			{ "deploy/a.sql", cases[i].deploy },
			{ "verify/a.sql", cases[i].verify },
			{ NULL, NULL },
		};
		g_autoptr(Folder) folder = folder_new(files);
		g_autoptr(MigrationSet) set = load_in(folder);
		g_autoptr(MigrationRunner) runner = runner_begin(set, session);
		g_auto(MigrationOutcome) outcome = { 0 };
		runner_try(runner, runner_migration(set, 0), MIGRATION_UP, &outcome);
		assert_true(outcome.failed);
		assert_contains(outcome.message, cases[i].message);
		assert_int_equal(outcome.position.line, cases[i].line);
		assert_value(session, TABLES, cases[i].tables);
		assert_value(session, CHANGES, cases[i].changes);
		assert_true(db_session_execute(session, "DROP TABLE IF EXISTS x; DROP SCHEMA sqitch CASCADE", NULL));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(deploys_reverts_and_writes_its_registry),
		RUNNER_TEST(a_failure_has_its_place),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
