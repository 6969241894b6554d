/* Filling: which tables get rows, which of them get more, and what stays as it was. */
#include "support_fill.h"

static void
only_empty_tables_are_filled(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	const CatalogExclusions exclusions = {
		.tables = (const char *const[]){ "public.history", NULL },
		.schemas = (const char *const[]){ "foreign_affairs", NULL },
	};

	support_execute(session,
	                "CREATE TABLE filled (a int PRIMARY KEY); INSERT INTO filled VALUES (7);"
	                "CREATE TABLE refers (a int NOT NULL REFERENCES filled); CREATE TABLE history (a int);"
	                "CREATE SCHEMA foreign_affairs; CREATE TABLE foreign_affairs.t (a int);"
	                "CREATE TABLE emptied (a int); INSERT INTO emptied VALUES (1); DELETE FROM emptied;"
	                "CREATE TABLE truncated (a int); INSERT INTO truncated VALUES (1); TRUNCATE truncated");
	support_execute(session, "BEGIN; INSERT INTO refers VALUES (7); DELETE FROM refers");
	g_autoptr(GPtrArray) unfilled = fill(session, &exclusions);
	assert_int_equal(unfilled->len, 0);
	support_execute(session, "COMMIT");
	assert_value(session, "SELECT count(*) FROM filled", "1");
	assert_value(session, "SELECT count(*) FROM refers WHERE a = 7", "20");
	assert_value(session, "SELECT count(*) FROM history", "0");
	assert_value(session, "SELECT count(*) FROM foreign_affairs.t", "0");
	assert_value(session, "SELECT count(*) FROM truncated", "20");
}

static void
an_open_transaction_stays_as_it_was(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY,"
	                         " a int REFERENCES a DEFERRABLE INITIALLY DEFERRED)");
	support_execute(session, "BEGIN; SET LOCAL search_path = pg_catalog; SET LOCAL DateStyle = 'German'");
	fill_everything(session);
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_OPEN);
	assert_value(session, "SHOW search_path", "pg_catalog");
	/* No event is pending, and deferred constraints are deferred again. */
	support_execute(session, "ALTER TABLE public.b ADD COLUMN c int; INSERT INTO public.b VALUES (999, 999);"
	                         " DELETE FROM public.b WHERE id = 999");
	support_execute(session, "ROLLBACK");
	assert_value(session, "SELECT count(*) FROM a", "0");
	support_execute(session, "BEGIN");
	assert_false(db_session_execute(session, "SELECT nothing", NULL));
	g_autoptr(GError) error = NULL;
	assert_false(rows_fill(session, NULL, N_ROWS, NULL, NULL, &error));
	assert_non_null(strstr(error->message, "transaction that has failed"));
}

static void
fill_again(DbSession *session, RowsFilled *filled)
{
	GError *error = NULL;
	g_autoptr(RowsState) rows = rows_state_read(session, NULL, &error);

	support_check(rows != NULL, error, "rows_state_read");
	rows_filled_look_at(filled, rows, N_ROWS);
	support_check(rows_fill(session, NULL, N_ROWS, filled, NULL, &error), error, "rows_fill");
}

/* A new column of a table with rows is empty, and a table that has lost its rows proves nothing. */
static void
filled_tables_get_more_rows_where_they_need_them(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autoptr(RowsFilled) filled = rows_filled_new();

	support_execute(session, "CREATE TABLE few (a int); INSERT INTO few VALUES (1);"
	                         "CREATE TABLE names (name text PRIMARY KEY);"
	                         "CREATE TABLE people (id serial PRIMARY KEY, name text REFERENCES names);"
	                         "CREATE TABLE one (yes bool PRIMARY KEY CHECK (yes))");
	fill_again(session, filled);
	assert_value(session, "SELECT (SELECT count(*) FROM few) || ' ' || (SELECT count(*) FROM people)", "1 20");
	support_execute(session, "ALTER TABLE few ADD COLUMN b int; ALTER TABLE people ADD COLUMN note text;"
	                         "DELETE FROM people WHERE name IS NOT NULL; DELETE FROM names WHERE name > 'a'");
	support_execute(session, "INSERT INTO people (name) SELECT NULL FROM generate_series(1, 10)");
	fill_again(session, filled);
	assert_value(session, "SELECT count(note) > 0 AND count(*) < 20 FROM people", "t");
	assert_value(session, "SELECT (SELECT count(*) FROM few) || ' ' || (SELECT count(*) FROM one)", "1 1");
	support_execute(session, "DELETE FROM people; DELETE FROM names WHERE name <> (SELECT min(name) FROM names)");
	fill_again(session, filled);
	assert_value(session, "SELECT count(*) > 15 FROM names", "t");
	g_autofree char *before = db_session_query_value(session, NULL, "SELECT count(*) FROM people", NULL);
	support_execute(session, "ALTER TABLE people DROP COLUMN note");
	fill_again(session, filled);
	assert_value(session, "SELECT count(*) FROM people", before);
}

/* The first generated keys are there; the new rows need others. */
static void
a_new_column_has_values_whatever_the_key_is(void **state)
{
	static const char *const keys[] = {
		"id serial PRIMARY KEY",
		"id int PRIMARY KEY",
		"id text PRIMARY KEY",
		"id char(26) PRIMARY KEY",
		"id uuid PRIMARY KEY",
		"code varchar(12), issuer text, kind int, PRIMARY KEY (code, issuer, kind)",
		"id date PRIMARY KEY, name text UNIQUE",
		"id text PRIMARY KEY CHECK (id LIKE 'x-%')",
	};
	DbSession *session = ((SupportDatabase *)*state)->session;

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autoptr(RowsFilled) filled = rows_filled_new();
		g_autofree char *create = g_strdup_printf("DROP TABLE IF EXISTS t; CREATE TABLE t (%s)", keys[i]);
		support_execute(session, create);
		fill_again(session, filled);
		support_execute(session, "ALTER TABLE t ADD COLUMN note text");
		fill_again(session, filled);
		g_autofree char *values = db_session_query_value(
		    session, NULL, "SELECT count(note) > 0 AND count(*) <= 23 FROM t", NULL);
		if (g_strcmp0(values, "t") != 0)
			fail_msg("no value of the new column with \"%s\"", keys[i]);
	}
}

static bool
is_enough(DbSession *session, const RowsFilled *filled)
{
	GError *error = NULL;
	g_autoptr(RowsState) rows = rows_state_read(session, NULL, &error);

	support_check(rows != NULL, error, "rows_state_read");
	return rows_filled_is_enough(filled, rows, N_ROWS);
}

/* Whoever asks that need not fill: each of these wants rows, until it has got them. */
static void
it_is_known_when_there_is_nothing_to_fill(void **state)
{
	static const char *const wants[] = {
		"CREATE TABLE a (id serial PRIMARY KEY, name text)",
		"CREATE TABLE b (id serial PRIMARY KEY, a_id int REFERENCES a)",
		"ALTER TABLE a ADD COLUMN note text",
		"DELETE FROM b",
		"DELETE FROM b WHERE id > 2",
	};
	static const char *const wants_nothing[] = {
		"ALTER TABLE a DROP COLUMN note",
		"ALTER TABLE a RENAME COLUMN name TO title",
		"CREATE INDEX ON a (title)",
		"UPDATE a SET title = 'x'",
		"CREATE TABLE own (a int); INSERT INTO own VALUES (1)",
		"DROP TABLE b",
	};
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autoptr(RowsFilled) filled = rows_filled_new();

	for (gsize i = 0; i < G_N_ELEMENTS(wants); i++) {
		support_execute(session, wants[i]);
		assert_false(is_enough(session, filled));
		fill_again(session, filled);
		assert_true(is_enough(session, filled));
	}
	for (gsize i = 0; i < G_N_ELEMENTS(wants_nothing); i++) {
		support_execute(session, wants_nothing[i]);
		assert_true(is_enough(session, filled));
	}
	/* After trials that were rolled back, nobody knows. */
	rows_filled_expect_empty_pages(filled);
	assert_false(is_enough(session, filled));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_empty_tables_are_filled, support_open, support_close),
		cmocka_unit_test_setup_teardown(it_is_known_when_there_is_nothing_to_fill, support_open, support_close),
		cmocka_unit_test_setup_teardown(filled_tables_get_more_rows_where_they_need_them, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(a_new_column_has_values_whatever_the_key_is, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(an_open_transaction_stays_as_it_was, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
