/* An update gives what a full read gives, whatever has happened in between, and reads little. */
#include "../support.h"

#include "catalog/diff.h"
#include "catalog/reading.h"
#include "update_steps.h"

#include <stdlib.h>
#include <string.h>

static CatalogReading *
read_catalog(DbSession *session)
{
	GError *error = NULL;
	CatalogReading *reading = catalog_read(session, NULL, &error);

	support_check(reading != NULL, error, "catalog_read");
	return reading;
}

static CatalogReading *
update_reading(DbSession *session, const CatalogReading *previous, const CatalogReadHints *hints)
{
	GError *error = NULL;
	CatalogReading *reading = catalog_read_again(session, previous, hints, &error);

	support_check(reading != NULL, error, "catalog_read_again");
	return reading;
}

static void
assert_equal(const CatalogReading *expected, const CatalogReading *found, const char *what)
{
	const CatalogSnapshot *full = catalog_reading_snapshot(expected);
	const CatalogSnapshot *updated = catalog_reading_snapshot(found);
	g_autofree char *a = catalog_snapshot_fingerprint(full);
	g_autofree char *b = catalog_snapshot_fingerprint(updated);

	if (strcmp(a, b) == 0)
		return;
	g_autoptr(GArray) differences = catalog_diff(full, updated, NULL);
	g_autofree char *text = catalog_diff_describe(differences, 10);
	fail_msg("after %s the update differs from a full read (%u and %u objects):\n%s", what,
	         catalog_snapshot_size(full), catalog_snapshot_size(updated), text);
}

static const CatalogObject *
find(const CatalogReading *reading, CatalogClassId class_id, const char *relation, const char *name)
{
	return catalog_snapshot_find(catalog_reading_snapshot(reading), class_id, "public", relation, name);
}

/* The update of `previous`, which must be what a full read gives now. */
static CatalogReading *
checked_update_with(DbSession *session, const CatalogReading *previous, const CatalogReadHints *hints, const char *what)
{
	CatalogReading *updated = update_reading(session, previous, hints);
	g_autoptr(CatalogReading) full = read_catalog(session);

	assert_equal(full, updated, what);
	return updated;
}

static CatalogReading *
checked_update(DbSession *session, const CatalogReading *previous, const char *what)
{
	return checked_update_with(session, previous, NULL, what);
}

static bool
applies(const DbSession *session, const Step *step)
{
	return db_session_server_version(session) >= step->since;
}

/* Leftovers of an earlier test on the same server. */
static void
drop_roles(DbSession *session)
{
	support_execute(session, "DROP ROLE IF EXISTS reader, writer, author, \"the reader\"");
}

static void
drop_schemas_and_roles(DbSession *session)
{
	support_execute(session, "DROP SCHEMA IF EXISTS kb CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public");
	drop_roles(session);
}

/* --- Statement by statement ---------------------------------------------- */

/* The fingerprint of a full read behind each step, where all that apply have run before it; known from the first test
 * that gets there. */
static char *after_step[G_N_ELEMENTS(steps)];

/* As checked_update, after the step; a full read is made if its result is not known yet, or differs. */
static CatalogReading *
checked_step(DbSession *session, const CatalogReading *previous, gsize i)
{
	g_autoptr(CatalogReading) updated = update_reading(session, previous, NULL);
	g_autofree char *found = catalog_snapshot_fingerprint(catalog_reading_snapshot(updated));

	if (g_strcmp0(after_step[i], found) == 0)
		return g_steal_pointer(&updated);
	g_autoptr(CatalogReading) full = read_catalog(session);
	assert_equal(full, updated, steps[i].sql);
	if (after_step[i] != NULL)
		fail_msg("after %s the catalog is not what it was in the test before", steps[i].sql);
	after_step[i] = catalog_snapshot_fingerprint(catalog_reading_snapshot(full));
	return g_steal_pointer(&updated);
}

static void
each_in_a_transaction_of_its_own(void **state)
{
	SupportDatabase *database = *state;
	DbSession *session = database->session;

	drop_roles(session);
	g_autoptr(CatalogReading) first = read_catalog(session);
	CatalogReading *last = catalog_reading_ref(first);
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (!applies(session, &steps[i]))
			continue;
		support_execute(session, steps[i].sql);
		g_autoptr(CatalogReading) previous = last;
		last = checked_step(session, previous, i);
		if (i % 10 == 0)
			catalog_reading_unref(checked_step(session, first, i));
	}
	catalog_reading_unref(last);
	drop_schemas_and_roles(session);
}

/* A full read takes as long as ten updates: if another reading gives the expected result, it is made only sometimes. */
#define IS_READ_WHOLE(i) ((i) % 8 == 0)

/* Each statement is tried in a savepoint that is rolled back, and then done. */
static void
all_in_one_transaction_with_savepoints(void **state)
{
	SupportDatabase *database = *state;
	DbSession *session = database->session;

	drop_roles(session);
	g_autoptr(CatalogReading) outside = read_catalog(session);
	support_execute(session, "BEGIN");
	CatalogReading *last = catalog_reading_ref(outside);
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (!applies(session, &steps[i]) || steps[i].outside || steps[i].apart)
			continue;
		g_autoptr(CatalogReading) previous = last;
		support_execute(session, "SAVEPOINT s");
		support_execute(session, steps[i].sql);
		g_autoptr(CatalogReading) tried = update_reading(session, previous, NULL);
		support_execute(session, "ROLLBACK TO SAVEPOINT s");
		g_autoptr(CatalogReading) undone = update_reading(session, tried, NULL);
		assert_equal(previous, undone, steps[i].sql);
		support_execute(session, steps[i].sql);
		last = update_reading(session, i % 2 == 0 ? undone : tried, NULL);
		assert_equal(tried, last, steps[i].sql);
		if (IS_READ_WHOLE(i))
			catalog_reading_unref(checked_update(session, last, steps[i].sql));
	}
	catalog_reading_unref(checked_update(session, last, "all of it"));
	support_execute(session, "ROLLBACK");
	g_autoptr(CatalogReading) end = checked_update(session, last, "ROLLBACK");
	assert_equal(outside, end, "ROLLBACK");
	catalog_reading_unref(last);
}

/* As the round trip of a migration: the snapshots before it come from full reads, too; every other one. */
static void
each_rolled_back_after_a_full_read(void **state)
{
	SupportDatabase *database = *state;
	DbSession *session = database->session;

	drop_roles(session);
	g_autoptr(CatalogReading) first = read_catalog(session);
	CatalogReading *last = catalog_reading_ref(first);
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (!applies(session, &steps[i]))
			continue;
		g_autoptr(CatalogReading) previous = last;
		if (!steps[i].outside) {
			support_execute(session, "BEGIN");
			support_execute(session, steps[i].sql);
			g_autoptr(CatalogReading) inside = i % 2 == 0 ? read_catalog(session)
			                                              : update_reading(session, previous, NULL);
			support_execute(session, "ROLLBACK");
			g_autoptr(CatalogReading) after = update_reading(session, inside, NULL);
			assert_equal(previous, after, steps[i].sql);
		}
		support_execute(session, steps[i].sql);
		last = checked_step(session, previous, i);
	}
	catalog_reading_unref(last);
	drop_schemas_and_roles(session);
}

static void
commits_of_another_session_are_seen(void **state)
{
	SupportDatabase *database = *state;
	GError *error = NULL;
	DbSession *reader = database->session;
	g_autoptr(DbSession) writer = scratch_database_connect(database->database, DB_SESSION_MIGRATION, &error);
	support_check(writer != NULL, error, "scratch_database_connect");

	drop_roles(reader);
	CatalogReading *last = read_catalog(reader);
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (!applies(reader, &steps[i]))
			continue;
		g_autoptr(CatalogReading) previous = last;
		bool inside = i % 3 == 1 && !steps[i].outside;
		if (inside)
			support_execute(reader, "BEGIN");
		support_execute(writer, steps[i].sql);
		if (i % 5 == 0) {
			/* Its statistics come when it goes. */
			db_session_close(g_steal_pointer(&writer));
			writer = scratch_database_connect(database->database, DB_SESSION_MIGRATION, &error);
			support_check(writer != NULL, error, "scratch_database_connect");
		}
		last = checked_step(reader, previous, i);
		if (inside)
			support_execute(reader, "COMMIT");
	}
	catalog_reading_unref(last);
	db_session_close(g_steal_pointer(&writer));
	drop_schemas_and_roles(reader);
}

/* Nothing is committed while a transaction of another session, which had begun before, goes on. */
static void
a_transaction_that_was_open_is_seen_when_it_commits(void **state)
{
	SupportDatabase *database = *state;
	GError *error = NULL;
	DbSession *reader = database->session;
	g_autoptr(DbSession) writer = scratch_database_connect(database->database, DB_SESSION_MIGRATION, &error);
	support_check(writer != NULL, error, "scratch_database_connect");

	support_execute(reader, "CREATE TABLE t (a integer); CREATE TABLE u (a integer)");
	support_execute(writer, "BEGIN; ALTER TABLE t ADD b integer");
	support_execute(reader, "CREATE TABLE v ()");
	g_autoptr(CatalogReading) before = read_catalog(reader);
	support_execute(reader, "CREATE TABLE w ()");
	g_autoptr(CatalogReading) meanwhile = checked_update(reader, before, "CREATE TABLE w");
	support_execute(writer, "DROP TABLE u; COMMIT");
	g_autoptr(CatalogReading) after = checked_update(reader, meanwhile, "COMMIT");
	assert_non_null(find(after, CATALOG_COLUMN, "t", "b"));
	assert_null(find(after, CATALOG_TABLE, NULL, "u"));
	/* A transaction with one view of the data does not see what came after it. */
	support_execute(reader, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
	support_execute(writer, "ALTER TABLE t ADD c integer");
	g_autoptr(CatalogReading) old = checked_update(reader, after, "ALTER TABLE of another session");
	assert_null(find(old, CATALOG_COLUMN, "t", "c"));
	support_execute(reader, "COMMIT");
	g_autoptr(CatalogReading) last = checked_update(reader, old, "the end of an old view");
	assert_non_null(find(last, CATALOG_COLUMN, "t", "c"));
}

/* --- How much is read ---------------------------------------------------- */

static void
make_tables(DbSession *session)
{
	support_execute(session,
	                "DO $$ BEGIN FOR i IN 1..60 LOOP EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY, a"
	                " text, b integer REFERENCES t%s); CREATE INDEX ON t%s (a); CREATE POLICY p ON t%s"
	                " USING (b > 0)', i, greatest(i - 1, 1), i, i); END LOOP; END $$");
}

static void
an_update_reads_what_has_changed(void **state)
{
	static const struct {
		const char *sql;
		guint at_most;
		guint inside; /* at most, while nothing can have been rolled back; 0: as many */
	} rows[] = {
		{ "SELECT 1", 0 },
		{ "CREATE TABLE n (id integer PRIMARY KEY, a text)", 4 },
		/* The table, its columns, and the parts that the changed rows belong to. */
		{ "CREATE INDEX ON n (a)", 5, 4 },
		{ "ALTER TABLE t7 ADD c text DEFAULT 'x'", 10, 5 },
		{ "DROP POLICY p ON t9", 8, 4 },
		{ "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'", 1 },
		{ "CREATE TYPE e AS ENUM ('a')", 1 },
		{ "CREATE VIEW v AS SELECT a FROM t7", 1 },
		/* Its foreign key, too, and so the other table, which shows whether the triggers of its keys are
		 * enabled. */
		{ "ALTER TABLE t7 DROP b CASCADE", 25 },
		{ "COMMENT ON COLUMN t8.a IS 'x'", 10, 4 },
		{ "COMMENT ON COLUMN t8.a IS NULL", 10 },
		{ "COMMENT ON POLICY p ON t8 IS 'x'", 10 },
		{ "COMMENT ON FUNCTION f() IS 'x'", 1 },
		{ "COMMENT ON TYPE e IS 'x'", 1 },
		{ "COMMENT ON SCHEMA public IS 'x'", 1 },
		{ "COMMENT ON TABLE n IS 'x'", 5 },
		{ "GRANT SELECT ON t8 TO PUBLIC", 10 },
		{ "GRANT UPDATE (a) ON t8 TO PUBLIC", 10, 4 },
		{ "REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC", 1 },
		{ "REVOKE USAGE ON TYPE e FROM PUBLIC", 1 },
		{ "REVOKE USAGE ON SCHEMA public FROM PUBLIC", 1 },
		{ "DROP TABLE n", 0 },
		{ "ALTER TABLE t20 RENAME a TO title", 18 },
		{ "CREATE SCHEMA s", 2 },
	};
	SupportDatabase *database = *state;
	DbSession *session = database->session;

	make_tables(session);
	CatalogReading *last = read_catalog(session);
	assert_int_equal(catalog_reading_objects_read(last), catalog_snapshot_size(catalog_reading_snapshot(last)));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(CatalogReading) previous = last;
		support_execute(session, "BEGIN");
		support_execute(session, rows[i].sql);
		g_autoptr(CatalogReading) inside = checked_update(session, previous, rows[i].sql);
		support_execute(session, "COMMIT");
		last = checked_update(session, inside, rows[i].sql);
		guint at_most = rows[i].inside > 0 ? rows[i].inside : rows[i].at_most;
		if (catalog_reading_objects_read(inside) > at_most ||
		    catalog_reading_objects_read(last) > rows[i].at_most)
			fail_msg("%s: %u and %u objects were read", rows[i].sql, catalog_reading_objects_read(inside),
			         catalog_reading_objects_read(last));
	}
	catalog_reading_unref(last);
}

/* --- Sessions ------------------------------------------------------------ */

static void
a_session_that_forgot_is_prepared_again(void **state)
{
	SupportDatabase *database = *state;
	DbSession *session = database->session;

	support_execute(session, "CREATE TABLE t (a integer)");
	g_autoptr(CatalogReading) first = read_catalog(session);
	support_execute(session, "DISCARD ALL");
	support_execute(session, "ALTER TABLE t ADD b integer");
	g_autoptr(CatalogReading) second = checked_update(session, first, "DISCARD ALL");
	support_execute(session, "BEGIN; DEALLOCATE pgassay_version; ALTER TABLE t ADD c integer");
	g_autoptr(CatalogReading) third = checked_update(session, second, "DEALLOCATE of one");
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_OPEN);
	support_execute(session, "COMMIT");
	assert_non_null(find(third, CATALOG_COLUMN, "t", "c"));
	/* Another session goes on where this one was. */
	g_autoptr(GError) error = NULL;
	g_autoptr(DbSession) other = scratch_database_connect(database->database, DB_SESSION_INTERNAL, &error);
	assert_non_null(other);
	support_execute(other, "ALTER TABLE public.t ADD d integer");
	g_autoptr(CatalogReading) fourth = checked_update(other, third, "a new session");
	g_autoptr(CatalogReading) fifth = checked_update(session, fourth, "the session before");
	assert_non_null(find(fifth, CATALOG_COLUMN, "t", "d"));
}

static void
a_copy_of_the_database_is_read_as_a_whole(void **state)
{
	SupportDatabase *database = *state;

	support_execute(database->session, "CREATE TABLE t (a integer)");
	g_autoptr(CatalogReading) before = read_catalog(database->session);
	db_session_close(g_steal_pointer(&database->session));
	g_autoptr(SupportDatabase) copy = support_database(database->database);
	support_execute(copy->session, "ALTER TABLE t ADD b integer");
	g_autoptr(CatalogReading) after = checked_update(copy->session, before, "copying");
	assert_int_equal(catalog_reading_objects_read(after), catalog_snapshot_size(catalog_reading_snapshot(after)));
}

/* Unless it is said to be one: rows have their transactions there, too. */
static void
a_copy_goes_on_from_its_template(void **state)
{
	static const char *const changes[] = { "ALTER TABLE t ADD b integer; DROP TABLE u; CREATE VIEW v AS SELECT 1",
		                               "ALTER TABLE t RENAME TO s; DROP FUNCTION f()",
		                               "CREATE TYPE e AS ENUM ('a'); ALTER TABLE s ALTER a DROP DEFAULT" };
	SupportDatabase *database = *state;

	support_execute(database->session,
	                "CREATE TABLE t (a integer DEFAULT 1); CREATE TABLE u (); CREATE INDEX i ON t (a);"
	                "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'");
	g_autoptr(CatalogReading) read = read_catalog(database->session);
	g_autoptr(CatalogReading) before = catalog_reading_of_copy(read);
	db_session_close(g_steal_pointer(&database->session));
	g_autoptr(SupportDatabase) copy = support_database(database->database);
	CatalogReading *last = checked_update(copy->session, before, "copying");
	assert_int_equal(catalog_reading_objects_read(last), 0);
	for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_autoptr(CatalogReading) previous = last;
		support_execute(copy->session, changes[i]);
		last = checked_update(copy->session, previous, changes[i]);
		catalog_reading_unref(checked_update(copy->session, before, changes[i]));
		assert_true(catalog_reading_objects_read(last) < catalog_snapshot_size(catalog_reading_snapshot(last)));
	}
	catalog_reading_unref(last);
	/* Whose database it is decides on texts: another owner is another database. */
	support_execute(copy->session, "CREATE ROLE pgassay_other");
	g_autofree char *sql = g_strdup_printf("ALTER DATABASE %s OWNER TO pgassay_other",
	                                       scratch_database_name(copy->database));
	support_execute(copy->session, sql);
	catalog_reading_unref(checked_update(copy->session, before, "another owner"));
	support_execute(copy->session, "REASSIGN OWNED BY pgassay_other TO CURRENT_USER; DROP ROLE pgassay_other");
}

static void
settings_and_savepoints_stay_as_they_were(void **state)
{
	SupportDatabase *database = *state;
	DbSession *session = database->session;
	static const char query[] = "SELECT string_agg(name || '=' || setting, ',' ORDER BY name) FROM pg_settings"
				    " WHERE name IN ('search_path', 'DateStyle', 'plan_cache_mode', 'enable_seqscan',"
				    " 'enable_hashjoin', 'enable_nestloop', 'stats_fetch_consistency', 'jit')";
	GError *error = NULL;

	support_execute(session,
	                "SET search_path = pg_catalog, public; SET DateStyle = 'German'; CREATE TABLE public.t ()");
	g_autoptr(CatalogReading) first = read_catalog(session);
	support_execute(session, "BEGIN; SET LOCAL enable_nestloop = off; ALTER TABLE public.t ADD a integer");
	g_autofree char *before = db_session_query_value(session, &error, query, NULL);
	support_check(before != NULL, error, query);
	g_autoptr(CatalogReading) second = checked_update(session, first, "ALTER TABLE");
	g_autofree char *after = db_session_query_value(session, &error, query, NULL);
	support_check(after != NULL, error, query);
	assert_string_equal(before, after);
	assert_false(db_session_execute(session, "ROLLBACK TO SAVEPOINT pgassay_snapshot", NULL));
	support_execute(session, "ROLLBACK");
	g_autoptr(CatalogReading) third = checked_update(session, second, "ROLLBACK");
	assert_null(find(third, CATALOG_COLUMN, "t", "a"));
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_IDLE);
}

static void
exclusions_stay(void **state)
{
	SupportDatabase *database = *state;
	DbSession *session = database->session;
	const char *const tables[] = { "public.history", NULL };
	const char *const schemas[] = { "tool", NULL };
	const CatalogExclusions exclusions = { .tables = tables, .schemas = schemas };
	GError *error = NULL;

	support_execute(session, "CREATE TABLE t (a integer)");
	CatalogReading *last = catalog_read(session, &exclusions, &error);
	support_check(last != NULL, error, "catalog_read");
	static const char *const sql[] = { "CREATE TABLE history (id serial PRIMARY KEY, a text)",
		                           "ALTER TABLE history ADD b integer",
		                           "CREATE SCHEMA tool; CREATE TABLE tool.x (a integer)",
		                           "CREATE VIEW v AS SELECT a FROM history",
		                           "ALTER TABLE history RENAME a TO z",
		                           "ALTER TABLE history RENAME TO old",
		                           "ALTER TABLE old RENAME TO history",
		                           "ALTER SCHEMA tool RENAME TO tool2",
		                           "ALTER TABLE t ADD b integer" };
	for (gsize i = 0; i < G_N_ELEMENTS(sql); i++) {
		g_autoptr(CatalogReading) previous = last;
		support_execute(session, sql[i]);
		last = update_reading(session, previous, NULL);
		g_autoptr(CatalogReading) full = catalog_read(session, &exclusions, &error);
		support_check(full != NULL, error, "catalog_read");
		assert_equal(full, last, sql[i]);
	}
	catalog_reading_unref(last);
}

/* --- A caller who vouches ------------------------------------------------ */

static CatalogReading *
checked_like(DbSession *session, const CatalogReading *previous, const CatalogReading *expected, const char *what)
{
	const CatalogReadHints hints = { .nothing_rolled_back = true, .expected = expected };

	return checked_update_with(session, previous, &hints, what);
}

static CatalogReading *
checked_kept(DbSession *session, const CatalogReading *previous, const char *what)
{
	return checked_like(session, previous, NULL, what);
}

/* The expected reading is tried first; the actual changes count. */
static void
an_expectation_may_be_wrong(void **state)
{
	SupportDatabase *database = *state;
	DbSession *session = database->session;
	static const char *const downs[] = {
		"DROP TABLE t; DROP INDEX i; ALTER TABLE a DROP CONSTRAINT c", /* as before */
		"DROP TABLE t; DROP INDEX i",
		"DROP TABLE a",
		"DROP TABLE t; DROP TABLE a; CREATE TABLE t (b integer)",
		"DROP INDEX i; CREATE INDEX i ON a (n, n)",
		"SELECT 1",
	};

	support_execute(session, "CREATE TABLE a (n integer)");
	g_autoptr(CatalogReading) before = read_catalog(session);
	for (gsize i = 0; i < G_N_ELEMENTS(downs); i++) {
		support_execute(session, "BEGIN; CREATE TABLE t (a integer PRIMARY KEY); CREATE INDEX i ON a (n);"
		                         "ALTER TABLE a ADD CONSTRAINT c CHECK (n > 0)");
		g_autoptr(CatalogReading) changed = checked_kept(session, before, "up");
		support_execute(session, downs[i]);
		g_autoptr(CatalogReading) restored = checked_like(session, changed, before, downs[i]);
		g_autoptr(GArray) differences = catalog_diff(catalog_reading_snapshot(before),
		                                             catalog_reading_snapshot(restored), NULL);
		assert_int_equal(differences->len == 0, i == 0);
		support_execute(session, "ROLLBACK");
	}
}

/* Writes of a transaction stay known up to its end, even if no reading was made since. */
static void
a_promise_holds_for_one_update(void **state)
{
	SupportDatabase *database = *state;
	DbSession *session = database->session;

	support_execute(session, "CREATE TABLE t (a integer); CREATE TABLE u (a integer)");
	g_autoptr(CatalogReading) before = read_catalog(session);
	support_execute(session, "BEGIN; GRANT SELECT ON t TO PUBLIC; DROP TABLE u; CREATE TABLE v (a integer)");
	g_autoptr(CatalogReading) changed = checked_kept(session, before, "GRANT");
	g_autoptr(CatalogReading) same = checked_kept(session, changed, "nothing");
	support_execute(session, "DROP TABLE v");
	g_autoptr(CatalogReading) dropped = checked_kept(session, same, "DROP");
	support_execute(session, "ROLLBACK");
	catalog_reading_unref(checked_update(session, changed, "ROLLBACK"));
	catalog_reading_unref(checked_update(session, same, "ROLLBACK, from another one"));
	catalog_reading_unref(checked_update(session, dropped, "ROLLBACK, from the last one"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_in_a_transaction_of_its_own),
		TEST(all_in_one_transaction_with_savepoints),
		TEST(each_rolled_back_after_a_full_read),
		TEST(commits_of_another_session_are_seen),
		TEST(a_transaction_that_was_open_is_seen_when_it_commits),
		TEST(an_update_reads_what_has_changed),
		TEST(a_session_that_forgot_is_prepared_again),
		TEST(a_copy_of_the_database_is_read_as_a_whole),
		TEST(a_copy_goes_on_from_its_template),
		TEST(settings_and_savepoints_stay_as_they_were),
		TEST(exclusions_stay),
		TEST(an_expectation_may_be_wrong),
		TEST(a_promise_holds_for_one_update),
	};

	int failed = cmocka_run_group_tests(tests, support_start, support_stop);

	for (gsize i = 0; i < G_N_ELEMENTS(after_step); i++)
		g_free(after_step[i]);
	return failed;
}
