/* Replaces the rows of one database by those of another. */
#include "support.h"

#include "rows/state/replace.h"

#include <string.h>

static const char schema[] =
    "CREATE TYPE mood AS ENUM ('sad', 'glad');"
    "CREATE TABLE parent (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, gone int, name text NOT NULL,"
    "  twice text GENERATED ALWAYS AS (name || name) STORED, m mood, tags text[], doc jsonb, at timestamptz);"
    "ALTER TABLE parent DROP COLUMN gone;"
    "CREATE TABLE \"Odd \"\"t\" (\"the 'id'\" int PRIMARY KEY, parent_id bigint NOT NULL REFERENCES parent);"
    "CREATE TABLE kept (a int);"
    "CREATE RULE kept AS ON DELETE TO kept DO INSTEAD NOTHING;"
    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;"
    "CREATE TABLE parted (a int) PARTITION BY RANGE (a);"
    "CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (100);"
    "CREATE TABLE heirs () INHERITS (kept)";

static const char many_rows[] =
    "INSERT INTO parent (name) SELECT i FROM generate_series(1, 20) i;"
    "INSERT INTO \"Odd \"\"t\" SELECT i, i FROM generate_series(1, 20) i;"
    "INSERT INTO kept SELECT generate_series(1, 5); INSERT INTO heirs VALUES (7);"
    "INSERT INTO parted SELECT generate_series(0, 9);"
    "CREATE TRIGGER refuse BEFORE INSERT OR DELETE ON parent FOR EACH ROW EXECUTE FUNCTION refuse()";

static const char few_rows[] =
    "INSERT INTO parent (name, m, tags, doc, at) VALUES (E'it''s \\\\ \"a\", (b)', 'glad', '{a,\"b c\",NULL}',"
    " '{\"k\": [1, null]}', '2024-02-29 12:00:00.123456+02'), ('', NULL, NULL, NULL, 'infinity');"
    "INSERT INTO \"Odd \"\"t\" VALUES (-1, 2)";

static RowsState *
read_state(DbSession *session)
{
	GError *error = NULL;
	RowsState *state = rows_state_read(session, NULL, &error);

	support_check(state != NULL, error, "rows_state_read");
	return state;
}

/* The result; NULL: it was not possible. */
static RowsState *
replace(const SupportDatabase *database, DbSession *other)
{
	DbSession *session = database->session;
	GError *error = NULL;
	RowsState *now = NULL;
	g_autoptr(DbSession) writer = scratch_database_connect(database->database, DB_SESSION_BESIDE, &error);

	support_check(writer != NULL, error, "scratch_database_connect");
	g_autoptr(RowsState) here = read_state(session);
	g_autoptr(RowsState) there = read_state(other);
	const RowsReplacement how = {
		.session = session, .writer = writer, .here = here, .other = other, .there = there
	};

	support_check(rows_replace(&how, NULL, &now, &error), error, "rows_replace");
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_IDLE);
	assert_int_equal(db_session_transaction_state(writer), DB_TRANSACTION_IDLE);
	assert_int_equal(db_session_transaction_state(other), DB_TRANSACTION_IDLE);
	return now;
}

static void
assert_value(DbSession *session, const char *sql, const char *wanted)
{
	GError *error = NULL;
	g_autofree char *value = db_session_query_value(session, &error, sql, NULL);

	support_check(value != NULL, error, sql);
	assert_string_equal(value, wanted);
}

static void
rows_are_replaced(void **state)
{
	static const char row[] = "SELECT string_agg(p::text, '|' ORDER BY id) FROM parent p";
	GError *error = NULL;
	DbSession *session = support_session(state);
	g_autoptr(SupportDatabase) other = support_database(NULL);

	support_execute(session, schema);
	support_execute(session, many_rows);
	support_execute(other->session, schema);
	support_execute(other->session, few_rows);
	g_autoptr(RowsState) now = replace(*state, other->session);
	assert_non_null(now);
	g_autoptr(RowsState) there = read_state(other->session);
	g_autoptr(GPtrArray) differences = rows_state_compare(there, now);
	assert_int_equal(differences->len, 0);
	assert_int_equal(rows_state_total(now), 3);
	g_autofree char *wanted = db_session_query_value(other->session, &error, row, NULL);
	assert_value(session, row, wanted);
	/* As if there had never been any. */
	assert_value(session, "SELECT sum(pg_relation_size(c)) FROM unnest('{kept,part,heirs}'::regclass[]) c", "0");
	assert_value(session, "SHOW session_replication_role", "origin");
	/* The sequence is somebody else's business. */
	assert_value(session, "SELECT last_value FROM parent_id_seq", "20");
	/* Equal rows stay as they were. */
	g_autofree char *place = db_session_query_value(session, &error, "SELECT min(ctid::text) FROM parent", NULL);
	g_autoptr(RowsState) again = replace(*state, other->session);
	assert_non_null(again);
	assert_value(session, "SELECT min(ctid::text) FROM parent", place);
}

/* Obstacles on one of the two, or both. */
static const struct {
	const char *what;
	const char *here;
	const char *there;
} obstacles[] = {
	{ "a materialized view", "CREATE MATERIALIZED VIEW v AS SELECT 1", "CREATE MATERIALIZED VIEW v AS SELECT 1" },
	{ "a large object", "SELECT lo_create(0)", "SELECT" },
	{ "a trigger that fires always",
	  "CREATE TRIGGER a BEFORE DELETE ON kept FOR EACH ROW EXECUTE FUNCTION refuse(); ALTER TABLE kept ENABLE "
	  "ALWAYS TRIGGER a",
	  "SELECT" },
	{ "a rule that holds always", "ALTER TABLE kept ENABLE ALWAYS RULE kept", "SELECT" },
	{ "another table", "CREATE TABLE more ()", "SELECT" },
	{ "a table that is missing", "SELECT", "CREATE TABLE more ()" },
	{ "a table that has another name", "ALTER TABLE heirs RENAME TO others", "SELECT" },
	{ "a row that is refused", "ALTER TABLE parent ADD CHECK (name <> '') NOT VALID", "SELECT" },
	{ "a user without rights",
	  "CREATE ROLE plain_user; GRANT ALL ON ALL TABLES IN SCHEMA public TO plain_user;"
	  "SET ROLE plain_user",
	  "SELECT" },
};

static void
obstacles_are_found(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(obstacles); i++) {
		g_autoptr(SupportDatabase) here = support_database(NULL);
		g_autoptr(SupportDatabase) there = support_database(NULL);
		support_execute(here->session, schema);
		support_execute(here->session, many_rows);
		support_execute(here->session, obstacles[i].here);
		support_execute(there->session, schema);
		support_execute(there->session, few_rows);
		support_execute(there->session, obstacles[i].there);
		g_autoptr(RowsState) now = replace(here, there->session);
		if (now != NULL)
			fail_msg("%s stands in nobody's way", obstacles[i].what);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rows_are_replaced, support_open, support_close),
		cmocka_unit_test_setup_teardown(obstacles_are_found, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
