#include "support.h"

#include "check/proof/round_trip.h"
#include "check/proof/shared_objects.h"
#include "check/proof/surroundings.h"
#include "migration/detect/formats.h"
#include "rows/state/copy.h"

#include <glib/gstdio.h>
#include <string.h>

/* A history of two migrations in a temporary folder; the second one is tested. */
typedef struct {
	const char *up;
	const char *down;
	const char *problem; /* what the case must say; NULL: it must pass */
	bool strict;         /* column_order: strict */
	const char *lossy;   /* the declared reason */
	const char *undo;    /* statements that restore shared objects afterwards; or NULL */
	bool without_copy;   /* no copy of the database is made, for which its session would be another one */
} Row;

/* The name of the scratch database is nobody's to know. */
#define ALTER_DATABASE(what)                                                                                           \
	"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I ' || $q$" what "$q$, current_database()); END $$;"
#define ON_DATABASE(verb, whom)                                                                                        \
	"DO $$ BEGIN EXECUTE format('" verb " ON DATABASE %I " whom "', current_database()); END $$;"

static const char *const first_up =
    "CREATE TABLE t (a int, b text); CREATE SEQUENCE numbers; CREATE INDEX t_b ON t (b); "
    "INSERT INTO t SELECT nextval('numbers'), 'x' FROM generate_series(1, 3); CREATE SEQUENCE unused; "
    "CREATE DOMAIN word AS text CONSTRAINT c CHECK (VALUE <> '');" ALTER_DATABASE(
	"SET search_path = \"a \"\"b\", public") ALTER_DATABASE("SET app.tenant = '7, or \"8\"'")
	ON_DATABASE("GRANT CREATE", "TO round_trip_a") "SELECT lo_from_bytea(70000, 'abc');";

static void
write_file(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
remove_file(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	g_unlink(path);
}

static void
run_beside(const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbSession) session = db_session_open(scratch_server_endpoint(support_server()), "postgres",
	                                               DB_SESSION_INTERNAL, &error);

	support_check(session != NULL && db_session_execute(session, sql, &error), g_steal_pointer(&error), sql);
}

static CatalogSnapshot *
apply(CheckWorkspace *workspace, guint index)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(GError) error = NULL;
	const Migration *migration = g_ptr_array_index(workspace->set->migrations, index);

	support_check(migration_runner_apply(workspace->runner, migration, MIGRATION_UP, &outcome, &error),
	              g_steal_pointer(&error), "up");
	if (outcome.failed)
		fail_msg("%s", outcome.details);
	CatalogSnapshot *snapshot = check_workspace_snapshot(workspace, &error);
	support_check(snapshot != NULL, g_steal_pointer(&error), "snapshot");
	return snapshot;
}

/* However the round trip went, the database is as the up alone leaves it. */
static void
expect_one_up(CheckWorkspace *workspace, const CatalogSnapshot *after)
{
	g_auto(CheckWorkspace)
	    other = { .server = support_server(), .set = workspace->set, .exclusions = workspace->exclusions };
	g_autoptr(GError) error = NULL;

	support_check(check_workspace_open(&other, "other", &error), g_steal_pointer(&error), "workspace");
	catalog_snapshot_unref(apply(&other, 0));
	g_autoptr(CatalogSnapshot) expected = apply(&other, 1);
	g_autoptr(CatalogSnapshot) found = check_workspace_snapshot(workspace, NULL);
	g_autofree char *expected_print = catalog_snapshot_fingerprint(expected);
	g_autofree char *found_print = catalog_snapshot_fingerprint(found);
	g_autofree char *after_print = catalog_snapshot_fingerprint(after);
	assert_string_equal(found_print, expected_print);
	assert_string_equal(after_print, expected_print);
	const char
	    *counts = "SELECT (SELECT count(*) FROM public.t) || ' ' || (SELECT count(*) FROM public.schema_migrations)"
		      " || ' ' || (SELECT last_value || ' ' || is_called FROM public.unused)";
	g_autofree char *expected_rows = db_session_query_value(other.session, NULL, counts, NULL);
	g_autofree char *found_rows = db_session_query_value(workspace->session, NULL, counts, NULL);
	assert_string_equal(found_rows, expected_rows);
}

static ReportCase *
run(const char *folder, const Row *row)
{
	g_autoptr(GError) error = NULL;
	const MigrationOptions options = { .directory = folder, .format = "plain" };
	const char *const excluded[] = { "public.schema_migrations", NULL };
	const char *const own[] = { ROWS_COPY_SCHEMA, NULL };
	const CatalogExclusions exclusions = { .tables = excluded, .schemas = own };

	write_file(folder, "1.sql", first_up);
	write_file(folder, "2.sql", row->up);
	write_file(folder, "2.down.sql", row->down);
	g_autoptr(MigrationSet) set = migration_set_load(&options, &error);
	support_check(set != NULL, g_steal_pointer(&error), row->up);
	g_auto(CheckWorkspace) workspace = { .server = support_server(),
		                             .set = set,
		                             .exclusions = &exclusions,
		                             .shares_objects = check_shared_objects_in_set(set) };
	support_check(check_workspace_open(&workspace, "test", &error), g_steal_pointer(&error), "workspace");
	g_autoptr(CatalogSnapshot) before = apply(&workspace, 0);
	g_auto(CheckAfter) after = { 0 };
	g_autoptr(RowsState) tables = rows_state_read(workspace.session, &exclusions, &error);
	support_check(tables != NULL, g_steal_pointer(&error), "rows");
	ReportCase *test_case = report_case_new("db", "round trip", "2", (SourcePosition){ .path = "2.sql" });
	const CheckRoundTrip trip = { .workspace = &workspace,
		                      .migration = g_ptr_array_index(set->migrations, 1),
		                      .before = before,
		                      .rows = tables,
		                      .strict_column_order = row->strict,
		                      .around = check_surroundings_in_set(set),
		                      .lossy = row->lossy,
		                      .test_case = test_case };
	int session = db_session_backend_pid(workspace.session);
	support_check(check_round_trip(&trip, &after, &error), g_steal_pointer(&error), row->down);
	assert_non_null(after.catalog);
	if (row->without_copy && db_session_backend_pid(workspace.session) != session)
		fail_msg("a copy was made: %s\n%s", row->up, row->down);
	expect_one_up(&workspace, after.catalog);
	return test_case;
}

static const Row rows[] = {
	/* Downs that are right. */
	{ "ALTER TABLE t ADD c int; CREATE INDEX t_c ON t (c);", "DROP INDEX t_c; ALTER TABLE t DROP c;", NULL },
	{ "CREATE INDEX CONCURRENTLY t_a ON t (a);", "DROP INDEX CONCURRENTLY t_a;", NULL },
	{ "INSERT INTO t VALUES (nextval('numbers'), 'y');", "DELETE FROM t WHERE b = 'y';", NULL },
	{ "CREATE TYPE mood AS ENUM ('ok'); ALTER TABLE t ADD m mood DEFAULT 'ok';",
	  "ALTER TABLE t DROP m; DROP TYPE mood;", NULL },
	/* Pending trigger events make ALTER TABLE fail inside one transaction; committed step by step both work. */
	{ "CREATE TABLE u (id int PRIMARY KEY, p int REFERENCES u DEFERRABLE INITIALLY DEFERRED); INSERT INTO u VALUES "
	  "(1, 1);",
	  "DROP TABLE u;", NULL },
	/* From 14 on, the server refuses the first change of a catalog in a savepoint that follows this one directly.
	 */
	{ "CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0); ALTER DOMAIN d DROP CONSTRAINT c;", "DROP DOMAIN d;",
	  NULL },
	{ "ALTER DOMAIN word DROP CONSTRAINT c;", "ALTER DOMAIN word ADD CONSTRAINT c CHECK (VALUE <> '');", NULL },
	{ "ALTER DOMAIN word ADD CONSTRAINT more CHECK (VALUE <> 'x');", "ALTER DOMAIN word DROP CONSTRAINT more;",
	  NULL },
	/* A setting that the up leaves behind does not reach its down, which is another run of the tool. */
	{ "CREATE SCHEMA s; SET search_path = s; CREATE TABLE x ();",
	  "DROP TABLE s.x; DROP SCHEMA s; ALTER TABLE t ADD c int; "
	  "ALTER TABLE t DROP c;",
	  NULL },
	/* Surroundings of the schema, restored. */
	{ ALTER_DATABASE("SET work_mem = '64MB'"), ALTER_DATABASE("RESET work_mem"), NULL },
	{ ALTER_DATABASE("SET search_path = app, public"), ALTER_DATABASE("SET search_path = \"a \"\"b\", public"),
	  NULL },
	/* On a copy, because of CONCURRENTLY: it has the settings and the privileges, too. */
	{ "CREATE INDEX CONCURRENTLY t_a ON t (a); " ALTER_DATABASE("SET search_path = app"),
	  "DROP INDEX CONCURRENTLY t_a; " ALTER_DATABASE("SET search_path = \"a \"\"b\", public"), NULL },
	{ "CREATE INDEX CONCURRENTLY t_a ON t (a); " ON_DATABASE("REVOKE CREATE", "FROM round_trip_a"),
	  "DROP INDEX CONCURRENTLY t_a; " ON_DATABASE("GRANT CREATE", "TO round_trip_a"), NULL },
	{ "GRANT round_trip_a TO round_trip_b;", "REVOKE round_trip_a FROM round_trip_b;", NULL,
	  .undo = "REVOKE round_trip_a FROM round_trip_b" },
	{ "ALTER ROLE round_trip_a SET work_mem = '64MB';", "ALTER ROLE round_trip_a RESET work_mem;", NULL,
	  .undo = "ALTER ROLE round_trip_a RESET ALL" },
	{ "SELECT lo_from_bytea(0, 'x');", "SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid <> 70000;",
	  NULL },
	/* Whether a role stays is for people to judge, and so are its properties. */
	{ "DO $$ BEGIN CREATE ROLE round_trip_new; EXCEPTION WHEN duplicate_object THEN END $$; GRANT round_trip_a TO "
	  "round_trip_new; ALTER ROLE round_trip_new SET work_mem = '1MB';",
	  "SELECT 1;", NULL, .undo = "DROP ROLE round_trip_new" },
	/* Surroundings of the schema, not restored. */
	{ ALTER_DATABASE("SET work_mem = '64MB'"), "SELECT 1;",
	  "the down of \"2.sql\" does not put back what was set around the schema: setting \"work_mem\" of the "
	  "database is "
	  "unexpected: \"64MB\"" },
	{ ALTER_DATABASE("RESET search_path"), "SELECT 1;",
	  "setting \"search_path\" of the database: was \"\"a \"\"b\", public\", is missing" },
	{ "DO $$ BEGIN EXECUTE format('ALTER ROLE round_trip_a IN DATABASE %I SET work_mem = 100', "
	  "current_database()); END "
	  "$$;",
	  "SELECT 1;", "setting \"work_mem\" of the database for the role \"round_trip_a\" is unexpected" },
	{ "ALTER ROLE round_trip_a SET work_mem = '64MB';", "SELECT 1;",
	  "setting \"work_mem\" of the role \"round_trip_a\" is unexpected: \"64MB\"",
	  .undo = "ALTER ROLE round_trip_a RESET ALL" },
	{ "GRANT round_trip_a TO round_trip_b;", "SELECT 1;",
	  "membership of \"round_trip_b\" in the role \"round_trip_a\" is unexpected",
	  .undo = "REVOKE round_trip_a FROM round_trip_b" },
	{ ON_DATABASE("REVOKE CREATE", "FROM round_trip_a"), "SELECT 1;",
	  "privilege CREATE on the database for the role \"round_trip_a\": was \"granted\", is missing" },
	{ "SELECT lo_from_bytea(0, 'x');", "SELECT 1;", "large object" },
	{ "SELECT lo_unlink(70000);", "SELECT 1;", "large object 70000: was \"3 bytes, MD5" },
	{ "SELECT lo_put(70000, 0, 'b');", "SELECT 1;", "large object 70000: was \"3 bytes, MD5" },
	/* Inside of one transaction there is no time between the two, and errors that are its own are caught. */
	{ "INSERT INTO t VALUES (9, clock_timestamp()::text);", "DELETE FROM t WHERE a = 9 AND b < now()::text;",
	  NULL },
	{ "CREATE TABLE u AS SELECT txid_current() AS x;",
	  "DO $$ BEGIN IF (SELECT x FROM u) < txid_current() THEN DROP TABLE u; END IF; END $$;", NULL },
	/* Downs that are wrong. */
	{ "ALTER TABLE t ADD c int; CREATE INDEX t_a ON t (a);", "ALTER TABLE t DROP c;",
	  "does not restore the schema from before its up: index \"public.t.t_a\" is unexpected" },
	{ "DROP INDEX t_b;", "SELECT 1;", "index \"public.t.t_b\" is missing", .without_copy = true },
	{ "CREATE TYPE mood AS ENUM ('ok');", "SELECT 1;", "enum \"public.mood\" is unexpected" },
	{ "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';", "SELECT 1;",
	  "function \"public.f()\" is unexpected" },
	{ "ALTER TABLE t ALTER a SET NOT NULL;", "SELECT 1;", "column \"public.t.a\": nullable was true, is false" },
	{ "ALTER TABLE t ALTER b SET DEFAULT 'x';", "SELECT 1;", "column \"public.t.b\": default" },
	{ "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (true);",
	  "ALTER TABLE t DISABLE ROW LEVEL SECURITY;", "policy \"public.t.p\" is unexpected" },
	{ "CREATE INDEX CONCURRENTLY t_a ON t (a);", "SELECT 1;", "index \"public.t.t_a\" is unexpected" },
	/* Downs that lose rows or values, or set a sequence back. */
	{ "ALTER TABLE t DROP b;", "ALTER TABLE t ADD b text; CREATE INDEX t_b ON t (b);",
	  "does not restore the rows: column \"b\" of table \"public.t\" holds other values" },
	{ "ALTER TABLE t ALTER b TYPE varchar(1);", "DELETE FROM t WHERE a = 2; ALTER TABLE t ALTER b TYPE text;",
	  "does not restore the rows: table \"public.t\" had 3 rows, has 2" },
	{ "UPDATE t SET b = 'z' WHERE a = 2;", "SELECT 1;",
	  "does not restore the rows: column \"b\" of table \"public.t\"" },
	{ "INSERT INTO t VALUES (9, 'y');", "TRUNCATE t;", "table \"public.t\" had 3 rows, has 0",
	  .without_copy = true },
	{ "DROP SEQUENCE numbers;", "CREATE SEQUENCE numbers;",
	  "sets a sequence back: sequence \"public.numbers\" stood at 3, and starts anew" },
	/* The rows weigh more. */
	{ "DELETE FROM t WHERE a = 2; DROP SEQUENCE numbers;", "CREATE SEQUENCE numbers;",
	  "does not restore the rows: table \"public.t\" had 3 rows, has 2" },
	{ "SELECT setval('numbers', 10);", "SELECT setval('numbers', 1);", "stood at 3, and stands at 1" },
	{ "ALTER SEQUENCE numbers RESTART WITH 1000;", "SELECT 1;", NULL },
	{ "ALTER SEQUENCE numbers RESTART WITH 3;", "SELECT 1;",
	  "sets a sequence back: sequence \"public.numbers\" stood at 3, and starts anew" },
	/* Sequence numbers of the failed attempt are given back, even the first one. */
	{ "CREATE INDEX t_a ON t (a); SELECT nextval('unused');", "SELECT 1;", "index \"public.t.t_a\" is unexpected" },
	/* Declared losses. */
	{ "UPDATE t SET b = 'z' WHERE a = 2;", "SELECT 1;", NULL, false, "nobody needs b" },
	{ "CREATE INDEX t_a ON t (a);", "DROP INDEX t_a;", "is declared lossy, but its down loses nothing", false,
	  "a" },
	/* Downs that fail, and ups that fail the second time. */
	{ "ALTER TABLE t ADD c int;", "ALTER TABLE t DROP d;",
	  "the down of \"2.sql\" fails: column \"d\" of relation \"t\" does not exist", .without_copy = true },
	{ "CREATE SCHEMA s;", "DROP SCHEMA s; CREATE TABLE nothing_of_ours ();",
	  "table \"public.nothing_of_ours\" is unexpected" },
	{ "DO $$ BEGIN IF (SELECT last_value FROM numbers) > 3 THEN RAISE 'once only'; END IF; PERFORM "
	  "nextval('numbers'); END $$;",
	  "SELECT 1;", "the up after the down of \"2.sql\" fails: once only" },
};

static void
every_down_is_judged(void **state)
{
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(ReportCase) found = run(folder, &rows[i]);
		g_autofree char *text = g_strconcat(found->message != NULL ? found->message : "", "\n", found->details,
		                                    NULL);
		if (rows[i].problem == NULL && found->status != REPORT_PASSED)
			fail_msg("%s\n%s\n%s", rows[i].up, rows[i].down, text);
		if (rows[i].problem != NULL &&
		    (found->status != REPORT_FAILED || strstr(text, rows[i].problem) == NULL))
			fail_msg("%s\n%s\nexpected: %s\nfound: %s", rows[i].up, rows[i].down, rows[i].problem, text);
		if (rows[i].undo != NULL)
			run_beside(rows[i].undo);
	}
	remove_file(folder, "1.sql");
	remove_file(folder, "2.sql");
	remove_file(folder, "2.down.sql");
	g_rmdir(folder);
}

static void
another_order_of_columns_is_reported_but_does_not_fail(void **state)
{
	static const Row row = { "ALTER TABLE t DROP a;", "ALTER TABLE t ADD a int;", NULL, false, "a test" };
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	g_autoptr(ReportCase) found = run(folder, &row);

	(void)state;
	assert_int_equal(found->status, REPORT_PASSED);
	assert_non_null(found->notes);
	assert_non_null(strstr(found->notes, "the order of columns differs"));
	static const Row strict = { "ALTER TABLE t DROP a;", "ALTER TABLE t ADD a int;", NULL, true, "a test" };
	g_autoptr(ReportCase) failed = run(folder, &strict);
	assert_int_equal(failed->status, REPORT_FAILED);
	assert_non_null(strstr(failed->message, "column \"public.t.a\": position was 1, is 2"));
	remove_file(folder, "1.sql");
	remove_file(folder, "2.sql");
	remove_file(folder, "2.down.sql");
	g_rmdir(folder);
}

static int
start_with_roles(void **state)
{
	if (support_start(state) != 0)
		return -1;
	run_beside("CREATE ROLE round_trip_a; CREATE ROLE round_trip_b");
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_down_is_judged),
		cmocka_unit_test(another_order_of_columns_is_reported_but_does_not_fail),
	};

	return cmocka_run_group_tests(tests, start_with_roles, support_stop);
}
