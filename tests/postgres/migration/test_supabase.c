/* Supabase's history, transactions, and the objects in its databases before the first migration. */
#include "support_sequence.h"

#define VERSIONS                                                                                                       \
	"SELECT coalesce(string_agg(version, ' ' ORDER BY version), '') FROM supabase_migrations.schema_migrations"
#define TABLES RUNNER_TABLES("")

static void
the_row_has_the_statements(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1_a_b.sql", "-- x\nCREATE TABLE a (t text DEFAULT 'it''s \\');\n\nSET search_path = '';\n-- end" },
		{ "2_.sql", "CREATE TABLE b ();" },
		{ "3_empty.sql", " ;\n" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = sequence_load("supabase", files, NULL, NULL);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 3);
	assert_int_equal(runner_migrate(runner), 0);
	assert_value(session, TABLES, "a b");
	assert_value(
	    session,
	    "SELECT string_agg(format('%s %s %s', version, name, array_to_string(statements, '|')), E'\\n' ORDER "
	    "BY version) FROM supabase_migrations.schema_migrations",
	    "1 a_b -- x\nCREATE TABLE a (t text DEFAULT 'it''s \\')|SET search_path = ''|-- end\n"
	    "2  CREATE TABLE b ()\n3 empty ");
	assert_value(session,
	             "SELECT statements IS NULL FROM supabase_migrations.schema_migrations WHERE version = '3'", "t");
}

static void
a_file_is_one_pipeline(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1_a.sql", "CREATE TABLE a (i int);" },
		{ "2_b.sql", "CREATE TABLE b (); SELEC 1;" },
		{ "3_c.sql", "CREATE INDEX CONCURRENTLY i ON a (i);" },
		{ "4_d.sql", "CREATE TABLE d (); CREATE INDEX CONCURRENTLY j ON a (i);" },
		{ "5_e.sql", "SELECT E'\\''; SELECT 1;" },
		{ "6_f.sql", "CREATE TABLE f (); DROP TABLE supabase_migrations.schema_migrations;" },
		{ NULL, NULL },
	};
	static const char *const sqlstates[] = { NULL, "42601", NULL, "25001", "42601", "42P01" };
	g_autoptr(MigrationSet) set = sequence_load("supabase", files, NULL, NULL);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	sequence_run(runner, set, sqlstates);
	assert_value(session, TABLES, "a");
	assert_value(session, VERSIONS, "1 3");
}

/* A statement that refuses a transaction runs between two pipelines; with COMMIT, all statements run by themselves. */
static void
the_cli_in_typescript_breaks_the_pipeline(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1_a.sql", "CREATE TABLE a (i int); CREATE INDEX CONCURRENTLY i ON a (i); CREATE TABLE a2 ();" },
		{ "10_b.sql", "CREATE TABLE b (); VACUUM; CREATE TABLE b2 (); SELECT no;" },
		{ "2_c.sql", "CREATE TABLE c (); COMMIT; CREATE TABLE c2 (); SELECT no;" },
		{ "3_d.sql", "-- pg-delta: transaction=false\nCREATE TABLE d (); SELECT no;" },
		{ "4_e.sql", "\xef\xbb\xbf" },
		{ "5_f.sql", "CREATE TABLE f (); CREATE DATABASE nowhere;" },
		{ NULL, NULL },
	};
	static const char *const sqlstates[] = { NULL, "42703", "42703", "42703", NULL, "25001" };
	g_autoptr(MigrationSet) set = sequence_load("supabase", files, "cli", "typescript");
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	sequence_run(runner, set, sqlstates);
	assert_value(session, TABLES, "a a2 b c c2 d");
	assert_value(session, VERSIONS, "1 4");
	assert_value(session, "SELECT statements::text FROM supabase_migrations.schema_migrations WHERE version = '4'",
	             "{}");
}

static void
refuses_what_is_out_of_order_or_has_no_file(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a.sql", "CREATE TABLE a ();" }, { "3_c.sql", "SELECT 1" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = sequence_load("supabase", files, NULL, NULL);
	g_autoptr(MigrationSet) all = sequence_load("supabase", files, "include-all", "true");

	support_execute(session,
	                "CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations "
	                "(version text PRIMARY KEY); INSERT INTO supabase_migrations.schema_migrations VALUES ('3')");
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	runner_migrate_refuses(runner, "\"1_a.sql\" comes before migrations that have been run already");
	g_autoptr(MigrationRunner) other = runner_begin(all, session);
	assert_int_equal(runner_migrate(other), 1);
	assert_value(session, VERSIONS, "1 3");
	support_execute(session, "INSERT INTO supabase_migrations.schema_migrations VALUES ('2')");
	runner_migrate_refuses(other, "the history has the version \"2\", which has no file");
	support_execute(session, "UPDATE supabase_migrations.schema_migrations SET version = '4' WHERE version = '2'");
	runner_migrate_refuses(other, "the history has the version \"4\", which has no file");
}

static void
the_database_is_like_one_of_supabase(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1_a.sql",
		  "CREATE TABLE a (i int, owner uuid REFERENCES auth.users DEFAULT auth.uid());\n"
		  "ALTER TABLE a ENABLE ROW LEVEL SECURITY;\n"
		  "CREATE POLICY p ON a TO authenticated USING (owner = auth.uid() AND auth.role() <> 'anon');\n"
		  "CREATE POLICY q ON storage.objects FOR SELECT TO anon USING "
		  "((storage.foldername(name))[1] = 'x');\n"
		  "ALTER PUBLICATION supabase_realtime ADD TABLE a;" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = sequence_load("supabase", files, NULL, NULL);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session, "SELECT has_table_privilege('anon', 'a', 'INSERT')", "t");
	assert_value(session, "SELECT rolbypassrls FROM pg_roles WHERE rolname = 'service_role'", "t");
	assert_value(session, "SELECT pg_has_role('authenticator', 'anon', 'MEMBER')", "t");
	support_execute(session, "SET request.jwt.claims = '{\"sub\": \"00000000-0000-0000-0000-000000000001\", "
	                         "\"role\": \"authenticated\"}'");
	assert_value(session, "SELECT auth.uid() || ' ' || auth.role()",
	             "00000000-0000-0000-0000-000000000001 authenticated");
	assert_value(session, "SELECT (storage.foldername('a/b/c'))[2] || storage.filename('a/b/c')", "bc");
	/* A second run, and a second database, find the existing roles. */
	g_autoptr(MigrationRunner) again = runner_begin(set, session);
	g_autoptr(SupportDatabase) second = support_database(NULL);
	g_autoptr(MigrationRunner) other = runner_begin(set, second->session);
	assert_int_equal(runner_migrate(again), 0);
	assert_int_equal(runner_migrate(other), 1);
}

static void
nothing_is_made_where_it_is_not_wanted(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a.sql", "CREATE TABLE a ();" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = sequence_load("supabase", files, "bootstrap", "false");
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session, "SELECT count(*) FROM pg_namespace WHERE nspname = 'auth'", "0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(the_row_has_the_statements),
		RUNNER_TEST(a_file_is_one_pipeline),
		RUNNER_TEST(the_cli_in_typescript_breaks_the_pipeline),
		RUNNER_TEST(refuses_what_is_out_of_order_or_has_no_file),
		RUNNER_TEST(the_database_is_like_one_of_supabase),
		RUNNER_TEST(nothing_is_made_where_it_is_not_wanted),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
