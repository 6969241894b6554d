/*
 * Updates after random statements, transactions and savepoints of two sessions, from random earlier readings, are what
 * full reads are. PGASSAY_TEST_SEED repeats a run, PGASSAY_TEST_ROUNDS makes it longer.
 */
#include "../support.h"

#include "catalog/diff.h"
#include "catalog/reading.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 250
#define KEPT   12

/* %1$d and %2$d are tables, %3$d a column, %4$d something else. */
static const char *const templates[] = {
	"CREATE TABLE s.t%1$d (id serial PRIMARY KEY, c%3$d text)",
	"CREATE TABLE s.t%1$d (id integer PRIMARY KEY, c%3$d integer DEFAULT %4$d, c9 integer REFERENCES s.t%2$d)",
	"CREATE TABLE s.t%1$d (c%3$d integer) INHERITS (s.t%2$d)",
	"CREATE TABLE s.t%1$d (id integer) PARTITION BY LIST (id)",
	"CREATE TABLE s.t%1$d PARTITION OF s.t%2$d FOR VALUES IN (%4$d)",
	"DROP TABLE s.t%1$d",
	"DROP TABLE s.t%1$d CASCADE",
	"DROP TABLE s.t%1$d, s.t%2$d CASCADE; CREATE TABLE s.t%1$d (id integer PRIMARY KEY); CREATE TABLE s.t%2$d ()",
	"ALTER TABLE s.t%1$d ADD c%3$d integer",
	"ALTER TABLE s.t%1$d ADD c%3$d text NOT NULL DEFAULT 'x%4$d'",
	"ALTER TABLE s.t%1$d ADD c%3$d integer GENERATED ALWAYS AS IDENTITY",
	"ALTER TABLE s.t%1$d DROP c%3$d",
	"ALTER TABLE s.t%1$d DROP c%3$d CASCADE, ADD c%3$d integer",
	"ALTER TABLE s.t%1$d RENAME c%3$d TO c%4$d",
	"ALTER TABLE s.t%1$d RENAME TO t%2$d",
	"ALTER TABLE s.t%1$d ALTER c%3$d TYPE text",
	"ALTER TABLE s.t%1$d ALTER c%3$d SET DEFAULT '%4$d'",
	"ALTER TABLE s.t%1$d ALTER c%3$d DROP DEFAULT",
	"ALTER TABLE s.t%1$d ALTER c%3$d SET NOT NULL",
	"ALTER TABLE s.t%1$d ALTER c%3$d DROP NOT NULL",
	"ALTER TABLE s.t%1$d ADD CONSTRAINT k%4$d CHECK (c%3$d IS NOT NULL)",
	"ALTER TABLE s.t%1$d ADD CONSTRAINT k%4$d UNIQUE (c%3$d)",
	"ALTER TABLE s.t%1$d ADD CONSTRAINT k%4$d FOREIGN KEY (c%3$d) REFERENCES s.t%2$d",
	"ALTER TABLE s.t%1$d DROP CONSTRAINT k%4$d",
	"ALTER TABLE s.t%1$d RENAME CONSTRAINT k%4$d TO k%3$d",
	"ALTER TABLE s.t%1$d ATTACH PARTITION s.t%2$d FOR VALUES IN (%4$d)",
	"ALTER TABLE s.t%1$d DETACH PARTITION s.t%2$d",
	"ALTER TABLE s.t%1$d INHERIT s.t%2$d",
	"ALTER TABLE s.t%1$d NO INHERIT s.t%2$d",
	"CREATE INDEX i%4$d ON s.t%1$d (c%3$d)",
	"CREATE INDEX i%4$d ON s.t%1$d ((c%3$d IS NULL)) WHERE c%3$d IS NOT NULL",
	"ALTER INDEX s.i%4$d RENAME TO i%3$d",
	"DROP INDEX s.i%4$d",
	"CREATE POLICY p%4$d ON s.t%1$d USING (c%3$d IS NOT NULL AND EXISTS (SELECT FROM s.t%2$d))",
	"DROP POLICY p%4$d ON s.t%1$d",
	"ALTER TABLE s.t%1$d ENABLE ROW LEVEL SECURITY",
	"ALTER TABLE s.t%1$d DISABLE ROW LEVEL SECURITY",
	"CREATE FUNCTION s.f%4$d() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
	"CREATE OR REPLACE FUNCTION s.g%4$d(integer) RETURNS integer LANGUAGE sql AS 'SELECT %3$d'",
	"CREATE FUNCTION s.h%4$d(s.t%1$d) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
	"ALTER FUNCTION s.f%4$d() RENAME TO f%3$d",
	"DROP FUNCTION s.f%4$d() CASCADE",
	"CREATE TRIGGER g%4$d BEFORE INSERT ON s.t%1$d FOR EACH ROW EXECUTE FUNCTION s.f%3$d()",
	"ALTER TABLE s.t%1$d DISABLE TRIGGER g%4$d",
	"ALTER TABLE s.t%1$d DISABLE TRIGGER ALL",
	"ALTER TABLE s.t%1$d ENABLE TRIGGER ALL",
	"DROP TRIGGER g%4$d ON s.t%1$d",
	"CREATE VIEW s.v%4$d AS SELECT * FROM s.t%1$d",
	"CREATE VIEW s.v%4$d AS SELECT a.* FROM s.t%1$d a JOIN s.t%2$d b USING (id)",
	"CREATE VIEW s.v%4$d AS SELECT * FROM s.v%3$d",
	"ALTER VIEW s.v%4$d RENAME TO v%3$d",
	"DROP VIEW s.v%4$d CASCADE",
	"CREATE MATERIALIZED VIEW s.m%4$d AS SELECT count(*) FROM s.t%1$d",
	"DROP MATERIALIZED VIEW s.m%4$d",
	"CREATE TYPE s.e%4$d AS ENUM ('a', 'b')",
	"ALTER TYPE s.e%4$d ADD VALUE 'v%3$d'",
	"ALTER TYPE s.e%4$d RENAME VALUE 'a' TO 'z%3$d'",
	"ALTER TYPE s.e%4$d RENAME TO e%3$d",
	"ALTER TABLE s.t%1$d ADD c%3$d s.e%4$d DEFAULT 'b'",
	"DROP TYPE s.e%4$d CASCADE",
	"CREATE TYPE s.y%4$d AS (a integer, b text)",
	"ALTER TYPE s.y%4$d RENAME ATTRIBUTE a TO a%3$d",
	"ALTER TABLE s.t%1$d ADD c%3$d s.y%4$d",
	"CREATE SEQUENCE s.q%4$d",
	"ALTER SEQUENCE s.q%4$d OWNED BY s.t%1$d.c%3$d",
	"DROP SEQUENCE s.q%4$d CASCADE",
	"CREATE SCHEMA x%4$d",
	"ALTER TABLE s.t%1$d SET SCHEMA x%4$d",
	"ALTER TABLE x%4$d.t%1$d SET SCHEMA s",
	"ALTER SCHEMA x%4$d RENAME TO x%3$d",
	"DROP SCHEMA x%4$d CASCADE",
	"UPDATE pg_index SET indisvalid = NOT indisvalid WHERE indrelid = to_regclass('s.t%1$d')",
	"DELETE FROM pg_policy WHERE polrelid = to_regclass('s.t%1$d') AND polname = 'p%4$d'",
	"COMMENT ON TABLE s.t%1$d IS 'x%4$d'",
	"COMMENT ON TABLE s.t%1$d IS NULL",
	"GRANT SELECT, INSERT ON s.t%1$d TO PUBLIC",
	"REVOKE SELECT ON s.t%1$d FROM PUBLIC",
	"GRANT UPDATE (c%3$d) ON s.t%1$d TO PUBLIC",
	"REVOKE UPDATE (c%3$d) ON s.t%1$d FROM PUBLIC",
	"REVOKE EXECUTE ON FUNCTION s.f%4$d() FROM PUBLIC",
	"GRANT EXECUTE ON FUNCTION s.f%4$d() TO PUBLIC",
	"REVOKE USAGE ON TYPE s.e%4$d FROM PUBLIC",
	"GRANT USAGE ON TYPE s.e%4$d TO PUBLIC",
	"GRANT USAGE ON SEQUENCE s.q%4$d TO PUBLIC",
	"GRANT USAGE ON SCHEMA x%4$d TO PUBLIC",
	"REVOKE USAGE ON SCHEMA x%4$d FROM PUBLIC",
	"COMMENT ON COLUMN s.t%1$d.c%3$d IS 'x%4$d'",
	"COMMENT ON COLUMN s.t%1$d.c%3$d IS NULL",
	"COMMENT ON CONSTRAINT k%4$d ON s.t%1$d IS 'x%3$d'",
	"COMMENT ON CONSTRAINT k%4$d ON s.t%1$d IS NULL",
	"COMMENT ON INDEX s.i%4$d IS 'x%3$d'",
	"COMMENT ON POLICY p%4$d ON s.t%1$d IS 'x%3$d'",
	"COMMENT ON TRIGGER g%4$d ON s.t%1$d IS 'x%3$d'",
	"COMMENT ON FUNCTION s.f%4$d() IS 'x%3$d'",
	"COMMENT ON FUNCTION s.f%4$d() IS NULL",
	"COMMENT ON VIEW s.v%4$d IS 'x%3$d'",
	"COMMENT ON TYPE s.e%4$d IS 'x%3$d'",
	"COMMENT ON TYPE s.e%4$d IS NULL",
	"COMMENT ON SEQUENCE s.q%4$d IS 'x%3$d'",
	"COMMENT ON SCHEMA x%4$d IS 'x%3$d'",
	"COMMENT ON SCHEMA x%4$d IS NULL",
	"INSERT INTO s.t%1$d DEFAULT VALUES",
	"ANALYZE s.t%1$d",
};

typedef struct {
	DbSession *session;
	DbSession *other;
	GRand *random;
	CatalogReading *kept[KEPT];
	bool undone[KEPT]; /* there was a rollback since then */
	GString *history;  /* the statements so far, printed if the update is wrong */
} Run;

static void
note(Run *run, const char *who, const char *sql)
{
	g_string_append_printf(run->history, "\n%s%s;", who, sql);
}

static char *
random_statement(GRand *random)
{
	const char *template = templates[g_rand_int_range(random, 0, G_N_ELEMENTS(templates))];
	int values[4];

	for (int i = 0; i < 4; i++)
		values[i] = g_rand_int_range(random, 0, i < 2 ? 6 : 4);
	GString *text = g_string_new(NULL);
	for (const char *p = template; *p != '\0'; p++) {
		if (*p == '%') {
			g_string_append_printf(text, "%d", values[p[1] - '1']);
			p += strlen("1$d");
		} else {
			g_string_append_c(text, *p);
		}
	}
	return g_string_free(text, FALSE);
}

/* A statement that may fail, and then leaves an open transaction open. */
static void
try_statement(DbSession *session, const char *sql)
{
	bool open = db_session_transaction_state(session) == DB_TRANSACTION_OPEN;

	if (open)
		support_execute(session, "SAVEPOINT try");
	bool done = db_session_execute(session, sql, NULL);
	if (open)
		support_execute(session,
		                done ? "RELEASE SAVEPOINT try" : "ROLLBACK TO SAVEPOINT try; RELEASE SAVEPOINT try");
}

static void
step(Run *run)
{
	static const char *const controls[] = { "BEGIN",
		                                "BEGIN",
		                                "COMMIT",
		                                "ROLLBACK",
		                                "SAVEPOINT a",
		                                "SAVEPOINT a",
		                                "ROLLBACK TO SAVEPOINT a",
		                                "ROLLBACK TO SAVEPOINT a",
		                                "RELEASE SAVEPOINT a" };
	int kind = g_rand_int_range(run->random, 0, 10);

	if (kind < 3) {
		const char *sql = controls[g_rand_int_range(run->random, 0, G_N_ELEMENTS(controls))];
		bool open = db_session_transaction_state(run->session) == DB_TRANSACTION_OPEN;
		/* A statement that is impossible now is left out; a savepoint may be missing. */
		if (open == g_str_has_prefix(sql, "BEGIN"))
			return;
		note(run, "", sql);
		for (int i = 0; i < KEPT && strstr(sql, "ROLLBACK") != NULL; i++)
			run->undone[i] = true;
		if (strstr(sql, "TO SAVEPOINT") != NULL || g_str_has_prefix(sql, "RELEASE")) {
			if (!db_session_execute(run->session, sql, NULL)) {
				support_execute(run->session, "ROLLBACK");
				memset(run->undone, true, sizeof run->undone);
			}
		} else {
			support_execute(run->session, sql);
		}
		return;
	}
	g_autofree char *sql = random_statement(run->random);
	bool by_other = kind == 3 && run->other != NULL;
	note(run, by_other ? "-- other: " : "", sql);
	try_statement(by_other ? run->other : run->session, sql);
}

static CatalogReading *
read_or_update(DbSession *session, const CatalogReading *previous)
{
	GError *error = NULL;
	CatalogReading *reading = previous != NULL ? catalog_read_again(session, previous, NULL, &error)
	                                           : catalog_read(session, NULL, &error);

	support_check(reading != NULL, error, previous != NULL ? "update" : "read");
	return reading;
}

/* Whatever is expected, also wrongly, changes nothing. */
static CatalogReading *
update_not_rolled_back(Run *run, const CatalogReading *previous)
{
	GError *error = NULL;
	const CatalogReading *expected = g_rand_boolean(run->random) ? run->kept[g_rand_int_range(run->random, 0, KEPT)]
	                                                             : NULL;
	const CatalogReadHints hints = { .nothing_rolled_back = true, .expected = expected };
	CatalogReading *reading = catalog_read_again(run->session, previous, &hints, &error);

	support_check(reading != NULL, error, "update, nothing rolled back");
	return reading;
}

static void
check(Run *run, guint32 seed)
{
	/* Mostly the newest, which stands first. */
	int which = g_rand_int_range(run->random, 0, 3) > 0 ? 0 : g_rand_int_range(run->random, 0, KEPT);
	bool not_rolled_back = !run->undone[which] && g_rand_int_range(run->random, 0, 4) > 0;
	g_autoptr(CatalogReading) updated = not_rolled_back ? update_not_rolled_back(run, run->kept[which])
	                                                    : read_or_update(run->session, run->kept[which]);
	g_autoptr(CatalogReading) full = read_or_update(run->session, NULL);
	g_autofree char *a = catalog_snapshot_fingerprint(catalog_reading_snapshot(full));
	g_autofree char *b = catalog_snapshot_fingerprint(catalog_reading_snapshot(updated));

	if (strcmp(a, b) != 0) {
		g_autoptr(GArray)
		    differences = catalog_diff(catalog_reading_snapshot(full), catalog_reading_snapshot(updated), NULL);
		g_autofree char *text = catalog_diff_describe(differences, 10);
		g_autofree char *tail = g_strdup(run->history->str + MAX(0, (gssize)run->history->len - 3000));
		fail_msg("PGASSAY_TEST_SEED=%u: the update (nothing rolled back: %d) from reading %d differs from a "
		         "full read:\n%s\n"
		         "after:%s",
		         seed, not_rolled_back, which, text, tail);
	}
	note(run, "-- ", "snapshot");
	catalog_reading_unref(run->kept[KEPT - 1]);
	memmove(run->kept + 1, run->kept, (KEPT - 1) * sizeof *run->kept);
	memmove(run->undone + 1, run->undone, (KEPT - 1) * sizeof *run->undone);
	run->undone[0] = false;
	run->kept[0] = catalog_reading_ref(g_rand_boolean(run->random) ? updated : full);
}

static guint32
number_from(const char *variable, guint32 default_value)
{
	const char *text = g_getenv(variable);

	return text != NULL ? (guint32)g_ascii_strtoull(text, NULL, 10) : default_value;
}

static void
run_randomly(SupportDatabase *database, bool with_other)
{
	guint32 seed = number_from("PGASSAY_TEST_SEED", g_random_int());
	guint32 rounds = number_from("PGASSAY_TEST_ROUNDS", ROUNDS);
	GError *error = NULL;
	Run run = { .session = database->session, .random = g_rand_new_with_seed(seed), .history = g_string_new(NULL) };

	print_message("PGASSAY_TEST_SEED=%u\n", seed);
	support_execute(run.session, "SET lock_timeout = '20ms'; SET client_min_messages = error; CREATE SCHEMA s");
	if (with_other) {
		run.other = scratch_database_connect(database->database, DB_SESSION_MIGRATION, &error);
		support_check(run.other != NULL, error, "scratch_database_connect");
		support_execute(run.other, "SET lock_timeout = '20ms'; SET client_min_messages = error");
	}
	for (int i = 0; i < KEPT; i++)
		run.kept[i] = i == 0 ? read_or_update(run.session, NULL) : catalog_reading_ref(run.kept[0]);
	for (guint32 round = 0; round < rounds; round++) {
		int n = g_rand_int_range(run.random, 1, 6);
		for (int i = 0; i < n; i++)
			step(&run);
		check(&run, seed);
	}
	for (int i = 0; i < KEPT; i++)
		catalog_reading_unref(run.kept[i]);
	g_rand_free(run.random);
	g_string_free(run.history, TRUE);
	db_session_close(run.other);
}

static void
one_session(void **state)
{
	run_randomly(*state, false);
}

static void
two_sessions(void **state)
{
	run_randomly(*state, true);
}

/* --- Memory -------------------------------------------------------------- */

#define WARM_UP 300
#define UPDATES 900

/* The memory in use, not all that was ever requested. */
static gsize
bytes_in_use(void)
{
	return mallinfo2().uordblks;
}

/* Each update reads a few objects more, which take the place of others. */
static void
a_long_line_of_updates_keeps_what_it_shows(void **state)
{
	SupportDatabase *database = *state;
	DbSession *session = database->session;
	gsize before = 0;

	support_execute(session,
	                "DO $$ BEGIN FOR i IN 1..20 LOOP EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY, a"
	                " text)', i); END LOOP; END $$");
	CatalogReading *last = read_or_update(session, NULL);
	for (int i = 0; i < WARM_UP + UPDATES; i++) {
		g_autoptr(CatalogReading) previous = last;
		g_autofree char *sql = g_strdup_printf("ALTER TABLE t%d ALTER a SET DEFAULT '%06d'", i % 20 + 1, i);
		support_execute(session, sql);
		last = read_or_update(session, previous);
		assert_true(catalog_reading_objects_read(last) <= 6);
		if (i == WARM_UP)
			before = bytes_in_use();
	}
	gsize after = bytes_in_use();
	if (after > before + before / 10 + (gsize)64 * 1024)
		fail_msg("%zu bytes were in use, and are %zu after %d updates", before, after, UPDATES);
	g_autoptr(CatalogReading) full = read_or_update(session, NULL);
	g_autofree char *a = catalog_snapshot_fingerprint(catalog_reading_snapshot(full));
	g_autofree char *b = catalog_snapshot_fingerprint(catalog_reading_snapshot(last));
	assert_string_equal(a, b);
	catalog_reading_unref(last);
}

/* A snapshot stays valid when the snapshots that it shares objects with are gone. */
static void
snapshots_outlive_each_other(void **state)
{
	SupportDatabase *database = *state;
	DbSession *session = database->session;

	support_execute(session, "CREATE TABLE t (a integer); CREATE TABLE u (a integer)");
	g_autoptr(CatalogReading) first = read_or_update(session, NULL);
	support_execute(session, "ALTER TABLE t ADD b integer");
	g_autoptr(CatalogReading) second = read_or_update(session, first);
	support_execute(session, "DROP TABLE u");
	g_autoptr(CatalogReading) third = read_or_update(session, second);
	g_autofree char *before = catalog_snapshot_fingerprint(catalog_reading_snapshot(first));
	catalog_reading_unref(g_steal_pointer(&second));
	assert_non_null(catalog_snapshot_find(catalog_reading_snapshot(third), CATALOG_COLUMN, "public", "t", "b"));
	assert_null(catalog_snapshot_find(catalog_reading_snapshot(first), CATALOG_COLUMN, "public", "t", "b"));
	catalog_reading_unref(g_steal_pointer(&third));
	g_autofree char *after = catalog_snapshot_fingerprint(catalog_reading_snapshot(first));
	assert_string_equal(before, after);
	assert_non_null(catalog_snapshot_find(catalog_reading_snapshot(first), CATALOG_TABLE, "public", NULL, "u"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_session),
		TEST(two_sessions),
		TEST(a_long_line_of_updates_keeps_what_it_shows),
		TEST(snapshots_outlive_each_other),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
