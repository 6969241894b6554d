/* Liquibase's changesets on a server. */
#include "support_runner.h"

#include "base/error.h"
#include "migration/runner/advisory_lock.h"

#define HEAD "--liquibase formatted sql\n"
#define ONE  HEAD "--changeset a:1\n"
#define ROWS                                                                                                           \
	"SELECT coalesce(string_agg(id || ' ' || exectype, ', ' ORDER BY orderexecuted), '') FROM databasechangelog"
#define TABLES                                                                                                         \
	"SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), '') FROM pg_class WHERE relkind = 'r' AND "        \
	"relnamespace = 'public'::regnamespace AND relname NOT LIKE 'databasechangelog%'"

static void
runs_up_down_and_up_again(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "a.sql",
		  HEAD "--changeset a:1 labels:X, context:\"p or q\"\n--comment first\nCREATE TABLE a (id int);\n"
		       "CREATE TABLE a2 (id int);\n--rollback DROP TABLE a2;\n--rollback DROP TABLE a;\n"
		       "--changeset a:2 runInTransaction:false\nCREATE INDEX CONCURRENTLY i ON a (id);\n"
		       "--rollback DROP INDEX CONCURRENTLY i;\n" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, TABLES, "a a2");
	assert_value(session, ROWS, "1 EXECUTED, 2 EXECUTED");
	assert_value(session,
	             "SELECT concat_ws('/', author, filename, description, comments, contexts, liquibase, "
	             "length(md5sum), length(deployment_id)) FROM databasechangelog WHERE id = '1'",
	             "a/a.sql/sql/first/(p or q)/4.31.1/34/10");
	assert_int_equal(runner_migrate(runner), 0);
	runner_apply(runner, runner_migration(set, 1), MIGRATION_DOWN);
	runner_apply(runner, runner_migration(set, 0), MIGRATION_DOWN);
	assert_value(session, TABLES, "");
	assert_value(session, ROWS, "");
	assert_int_equal(runner_migrate(runner), 2);
}

#define SPACE                                                                                                          \
	"http://www.liquibase.org/xml/ns/dbchangelog\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "       \
	"xsi:schemaLocation=\"http://www.liquibase.org/xml/ns/dbchangelog x.xsd"
#define XML(TEXT) "<databaseChangeLog xmlns=\"" SPACE "\">\n" TEXT "</databaseChangeLog>\n"

static void
runs_changelogs_in_xml(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "changelog.xml",
		  XML("<preConditions><dbms type=\"postgresql\"/><or><runningAs username=\"nobody\"/><sqlCheck "
		      "expectedResult=\"1\">SELECT 1;</sqlCheck></or></preConditions>"
		      "<include file=\"db/a.sql\" context=\"p, q\" labels=\"X\"/>"
		      "<changeSet id=\"2\" author=\"a\" runInTransaction=\"false\"><comment>two</comment>"
		      "<sqlFile path=\"db/i.sql\"/><sql>CREATE INDEX CONCURRENTLY j ON a (id)</sql>"
		      "<rollback>DROP INDEX i; DROP INDEX j</rollback></changeSet>"
		      "<changeSet id=\"3\" author=\"a\"><tagDatabase tag=\"v1\"/></changeSet>") },
		{ "db/a.sql",
		  HEAD "--changeset a:1 context:r labels:y\nCREATE TABLE a (id int);\n--rollback DROP TABLE a;\n" },
		{ "db/i.sql", "CREATE INDEX CONCURRENTLY i ON a (id);" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 3);
	assert_value(session,
	             "SELECT string_agg(indexrelid::regclass::text, ' ' ORDER BY 1) FROM pg_index WHERE indrelid = "
	             "'a'::regclass",
	             "i j");
	assert_value(
	    session,
	    "SELECT string_agg(concat_ws('/', filename, description, comments, contexts, labels, tag), ' | ' ORDER "
	    "BY orderexecuted) FROM databasechangelog",
	    "db/a.sql/sql//(p, q) AND r/x,y | changelog.xml/sqlFile path=db/i.sql; sql/two | "
	    "changelog.xml/tagDatabase//v1");
	assert_int_equal(runner_migrate(runner), 0);
	for (guint i = 3; i-- > 0;)
		runner_apply(runner, runner_migration(set, i), MIGRATION_DOWN);
	assert_value(session, TABLES, "");
	assert_value(session, ROWS, "");
}

/* The position of a failure is in its own file, and the changelog's own preconditions come first. */
static void
says_where_changelogs_in_xml_fail(void **state)
{
	DbSession *session = support_session(state);
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ XML("<changeSet id=\"1\" author=\"a\"><sql>CREATE TABLE a (id int)</sql>\n<sqlFile "
		      "path=\"f.sql\"/></changeSet>"),
		  "f.sql:2:8" },
		{ XML("<changeSet id=\"1\" author=\"a\"><sqlFile path=\"g.sql\"/><sql>SELECT 1 &lt; 2,\n "
		      "wrong</sql></changeSet>"),
		  "changelog.xml:3:2" },
		{ XML("<changeSet id=\"1\" author=\"a\"><preConditions onFailMessage=\"not yet\"><not><tableExists "
		      "tableName=\"PG_CLASS\" schemaName=\"pg_catalog\"/></not></preConditions><empty/></changeSet>"),
		  "not yet (the precondition \"not tableExists tableName=PG_CLASS schemaName=pg_catalog\" is not "
		  "met)" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FolderFile files[] = { { "changelog.xml", cases[i].text },
			                     { "f.sql", "CREATE TABLE b (id int);\nSELECT no;" },
			                     { "g.sql", "CREATE TABLE c (id int);" },
			                     { NULL, NULL } };
		g_autoptr(MigrationSet) set = runner_load(files);
		g_autoptr(MigrationRunner) runner = runner_begin(set, session);
		g_auto(MigrationOutcome) outcome = { 0 };
		runner_try(runner, runner_migration(set, 0), MIGRATION_UP, &outcome);
		assert_true(outcome.failed);
		assert_contains(outcome.details, cases[i].message);
		assert_value(session, TABLES, "");
		assert_value(session, ROWS, "");
	}
}

static void
asks_the_preconditions_of_the_changelog_first(void **state)
{
	DbSession *session = support_session(state);
	static const struct {
		const char *conditions;
		const char *message; /* NULL: it runs */
	} cases[] = {
		{ "<preConditions><dbms type=\"oracle\"/></preConditions>",
		  "the precondition \"dbms type=oracle\" is not met: it gives \"0\", not \"1\"" },
		{ "<preConditions><runningAs username=\"nobody\"/></preConditions>",
		  "\"runningAs username=nobody\" is not met: it gives \"" },
		{ "<preConditions onError=\"WARN\"><sqlCheck expectedResult=\"1\">SELECT no</sqlCheck></preConditions>",
		  NULL },
		{ "<preConditions onFail=\"WARN\"><sqlCheck expectedResult=\"1\">SELECT 0</sqlCheck></preConditions>",
		  NULL },
		{ "<preConditions><sequenceExists sequenceName=\"s\"/><columnExists tableName=\"T\" "
		  "columnName=\"ID\"/><rowCount tableName=\"T\" expectedRows=\"0\"/><tableIsEmpty tableName=\"t\" "
		  "schemaName=\"public\"/><and><viewExists viewName=\"V\"/><not><tableExists "
		  "tableName=\"v\"/></not></and></preConditions>",
		  NULL },
	};

	support_execute(session, "CREATE TABLE t (id int); CREATE SEQUENCE s; CREATE VIEW v AS SELECT 1 AS x");
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = g_strdup_printf(XML("%s<changeSet id=\"%u\" author=\"a\"><empty/></changeSet>"),
		                                        cases[i].conditions, (guint)i);
		const FolderFile files[] = { { "changelog.xml", text }, { NULL, NULL } };
		g_autoptr(MigrationSet) set = runner_load(files);
		g_autoptr(GError) error = NULL;
		g_autoptr(MigrationRunner) runner = runner_begin(set, session);
		bool valid = migration_runner_validate(runner, &error);
		assert_int_equal(valid, cases[i].message == NULL);
		if (cases[i].message != NULL)
			assert_contains(error->message, cases[i].message);
	}
}

/* Settings of the script for its transaction are gone by then. */
static void
writes_the_history_after_the_commit(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "a.sql", ONE "SET LOCAL ROLE pg_monitor;\nSELECT 1;\n--rollback SET LOCAL ROLE pg_monitor;\n" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session, ROWS, "1 EXECUTED");
	runner_apply(runner, runner_migration(set, 0), MIGRATION_DOWN);
	assert_value(session, ROWS, "");
}

/* The state after a changeset that fails, and the message. */
static void
leaves_what_its_transactions_leave(void **state)
{
	DbSession *session = support_session(state);
	const RunnerFailures failures = {
		.file = "a.sql",
		.tables = TABLES,
		.history = ROWS,
		.clean = "DROP TABLE IF EXISTS a",
	};
	static const RunnerFailure list[] = {
		{ ONE "CREATE TABLE a (id int); -- x\nSELECT no;\n", "a.sql:4:8", "", "" },
		{ ONE "CREATE TABLE a (id int);\nDO $$ DECLARE x int; BEGIN END $$;\n", "a.sql:4:4", "", "" },
		{ HEAD "--changeset a:1 runInTransaction:false\nCREATE TABLE a (id int);\nSELECT no;\n", "a.sql:4:8",
		  "a", "" },
		{ ONE "CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);\n",
		  "cannot run inside a transaction block", "", "" },
		{ ONE "--precondition-sql-check expectedResult:1 SELECT 0\nCREATE TABLE a (id int);\n",
		  "the precondition \"sql-check expectedResult:1 SELECT 0\" is not met: it gives \"0\", not \"1\"", "",
		  "" },
		{ ONE "--precondition-sql-check expectedResult:1 SELECT no\nCREATE TABLE a (id int);\n",
		  "cannot be asked for", "", "" },
		{ NULL, NULL, NULL, NULL },
	};

	runner_all_fail(session, &failures, list);
}

static void
preconditions_decide_what_is_run(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "a.sql", HEAD
		  "--changeset a:1\n--preconditions onFail:MARK_RAN\n--precondition-sql-check expectedResult:1 SELECT "
		  "0\n"
		  "CREATE TABLE no (id int);\n"
		  "--changeset a:2\n--preconditions onFail:CONTINUE\n--precondition-table-exists table:nothing\n"
		  "CREATE TABLE no (id int);\n"
		  "--changeset a:3 runInTransaction:false\n--preconditions onFail:WARN onError:MARK_RAN\n"
		  "--precondition-sql-check expectedResult:t SELECT false\nCREATE TABLE warned (id int);\n"
		  "--changeset a:4\n--precondition-table-exists table:WARNED schema:public\n"
		  "--precondition-sql-check expectedResult:'a b' SELECT 'a b'\nCREATE TABLE met (id int);\n"
		  "--changeset a:5\n--preconditions onError:MARK_RAN\n--precondition-sql-check expectedResult:1 SELECT "
		  "x\nCREATE TABLE no (id int);\n" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };

	runner_migrate(runner);
	assert_value(session, TABLES, "met warned");
	assert_value(session, ROWS, "1 MARK_RAN, 3 EXECUTED, 4 EXECUTED, 5 MARK_RAN");
	runner_try(runner, runner_migration(set, 1), MIGRATION_UP, &outcome);
	assert_contains(outcome.notices, "WARNING: the precondition \"table-exists table:nothing\" is not met");
}

static void
runs_again_what_has_changed(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile before[] = {
		{ "a.sql", HEAD "--changeset a:1 runOnChange:true\nCREATE OR REPLACE VIEW v AS SELECT 1 AS x;\n"
		                "--changeset a:2\nCREATE TABLE a (id int);\n" },
		{ NULL, NULL },
	};
	const FolderFile after[] = {
		{ "a.sql",
		  HEAD "--changeset a:1 runOnChange:true\nCREATE OR REPLACE VIEW v AS SELECT 2 AS x;\n"
		       "--changeset a:2\nCREATE  TABLE a\n(id int);\n--changeset a:3 runAlways:true\nSELECT 1;\n" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) old = runner_load(before);
	g_autoptr(MigrationSet) new = runner_load(after);
	g_autoptr(MigrationRunner) first = runner_begin(old, session);

	assert_int_equal(runner_migrate(first), 2);
	migration_runner_end(g_steal_pointer(&first));
	g_autoptr(MigrationRunner) second = runner_begin(new, session);
	assert_int_equal(runner_migrate(second), 2);
	assert_value(session, "SELECT x::text FROM v", "2");
	assert_value(session, ROWS, "2 EXECUTED, 1 RERAN, 3 EXECUTED");
	assert_int_equal(runner_migrate(second), 1);
	assert_value(session, ROWS, "2 EXECUTED, 1 RERAN, 3 RERAN");
}

static void
refuses_what_was_edited(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile before[] = { { "a.sql", ONE "CREATE TABLE a (id int);\n" }, { NULL, NULL } };
	const FolderFile after[] = { { "a.sql", ONE "CREATE TABLE a (id bigint);\n" }, { NULL, NULL } };
	const FolderFile valid[] = { { "a.sql", ONE "--validCheckSum: 1:any\nCREATE TABLE a (id bigint);\n" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) old = runner_load(before);
	g_autoptr(MigrationSet) new = runner_load(after);
	g_autoptr(MigrationSet) accepted = runner_load(valid);
	g_auto(MigrationHistory) history = { 0 };
	g_autoptr(MigrationRunner) first = runner_begin(old, session);

	assert_int_equal(runner_migrate(first), 1);
	migration_runner_end(g_steal_pointer(&first));
	g_autoptr(MigrationRunner) second = runner_begin(new, session);
	runner_migrate_refuses(second, "a.sql:2:1: \"a.sql::1::a\" was changed after it was applied");
	assert_true(migration_history_read(new, session, &history, NULL));
	g_autoptr(GPtrArray) problems = migration_history_compare(new, &history);
	assert_int_equal(problems->len, 1);
	assert_int_equal(((MigrationHistoryProblem *)g_ptr_array_index(problems, 0))->kind, MIGRATION_HISTORY_EDITED);
	migration_runner_end(g_steal_pointer(&second));
	g_autoptr(MigrationRunner) third = runner_begin(accepted, session);
	assert_int_equal(runner_migrate(third), 0);
}

static void
holds_the_lock_and_takes_over_that_of_a_session_that_is_gone(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "a.sql", ONE "SELECT 1;\n" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) first = runner_begin(set, session);

	assert_value(session,
	             "SELECT locked::text || (lockedby = 'pgassay (' || pg_backend_pid() || ')')::text FROM "
	             "databasechangeloglock",
	             "truetrue");
	migration_runner_end(g_steal_pointer(&first));
	assert_value(session, "SELECT num_nulls(lockedby, lockgranted)::text || locked FROM databasechangeloglock",
	             "2false");
	support_execute(session, "UPDATE databasechangeloglock SET locked = true, lockedby = 'pgassay (0)'");
	g_autoptr(MigrationRunner) second = runner_begin(set, session);
	assert_int_equal(runner_migrate(second), 1);
}

/* The lock came with a dump or a migration; Liquibase would wait for five minutes. */
static void
a_lock_that_nobody_can_give_back_is_an_error(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "a.sql", ONE "SELECT 1;\n" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(GError) error = NULL;

	migration_runner_end(runner_begin(set, session));
	support_execute(session, "UPDATE databasechangeloglock SET locked = true, lockedby = 'ci (10.0.0.7)',"
	                         " lockgranted = '2026-01-02 03:04'");
	assert_null(migration_runner_begin(set, session, NULL, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_INPUT));
	assert_non_null(strstr(error->message, "locked by ci (10.0.0.7) since 2026-01-02 03:04:00"));
	assert_non_null(strstr(error->message, "liquibase release-locks"));
}

static void
a_lock_table_without_its_row_gets_it(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "a.sql", ONE "SELECT 1;\n" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);

	migration_runner_end(runner_begin(set, session));
	support_execute(session, "DELETE FROM databasechangeloglock");
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session, "SELECT string_agg(id || ' ' || locked, ',') FROM databasechangeloglock", "1 true");
}

static gpointer
take_lock_one(gpointer session)
{
	return GINT_TO_POINTER(migration_advisory_lock_within(session, 1, G_USEC_PER_SEC / 20, NULL));
}

/* As another tool's run would. */
static void
the_lock_of_somebody_else_is_not_waited_for_without_end(void **state)
{
	DbSession *session = support_session(state);
	const SupportDatabase *database = *state;
	static const gint64 keys[] = { 1, -1, G_MAXINT64, G_MININT64, 4711000000000 };
	g_autoptr(DbSession) other = scratch_database_connect(database->database, DB_SESSION_MIGRATION, NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autofree char *lock = g_strdup_printf(
		    "SET application_name = 'flyway'; SELECT pg_advisory_lock(%" G_GINT64_FORMAT ")", keys[i]);
		g_autoptr(GError) error = NULL;
		support_execute(other, lock);
		assert_false(migration_advisory_lock_within(session, keys[i], G_USEC_PER_SEC / 20, &error));
		assert_non_null(strstr(error->message, "flyway"));
	}
	/* Our own sessions are. */
	support_execute(other, "RESET application_name; SELECT pg_advisory_unlock_all(); SELECT pg_advisory_lock(1)");
	support_execute(other, "SET idle_in_transaction_session_timeout = 0");
	GThread *thread = g_thread_new("lock", take_lock_one, session);
	g_usleep(G_USEC_PER_SEC / 5);
	support_execute(other, "SELECT pg_advisory_unlock_all()");
	assert_non_null(g_thread_join(thread));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(runs_up_down_and_up_again),
		RUNNER_TEST(runs_changelogs_in_xml),
		RUNNER_TEST(says_where_changelogs_in_xml_fail),
		RUNNER_TEST(asks_the_preconditions_of_the_changelog_first),
		RUNNER_TEST(writes_the_history_after_the_commit),
		RUNNER_TEST(leaves_what_its_transactions_leave),
		RUNNER_TEST(preconditions_decide_what_is_run),
		RUNNER_TEST(runs_again_what_has_changed),
		RUNNER_TEST(refuses_what_was_edited),
		RUNNER_TEST(holds_the_lock_and_takes_over_that_of_a_session_that_is_gone),
		RUNNER_TEST(a_lock_that_nobody_can_give_back_is_an_error),
		RUNNER_TEST(a_lock_table_without_its_row_gets_it),
		RUNNER_TEST(the_lock_of_somebody_else_is_not_waited_for_without_end),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
