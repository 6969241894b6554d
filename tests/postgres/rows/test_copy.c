/* Copies: lost rows and values, with examples. */
#include "support.h"

#include "rows/state/copy.h"

#include <string.h>

static const char setup[] = "CREATE TABLE t (id int, part text, a text, n int, PRIMARY KEY (id, part));"
			    "INSERT INTO t SELECT i, 'p', 'a' || i, i FROM generate_series(1, 9) i;"
			    "CREATE TABLE nokey (a text, b int);"
			    "INSERT INTO nokey VALUES ('x', 1), ('x', 1), ('y', NULL);"
			    "CREATE TYPE mood AS ENUM ('sad', 'glad');"
			    "CREATE TABLE moods (id int PRIMARY KEY, m mood);"
			    "INSERT INTO moods VALUES (1, 'sad'), (2, NULL);"
			    "CREATE TABLE \"Odd \"\"t\" (\"the 'id'\" int PRIMARY KEY, \"select\" text);"
			    "INSERT INTO \"Odd \"\"t\" VALUES (1, 'it''s');";

static const struct {
	const char *sql;
	const char *told;
} changes[] = {
	{ "UPDATE t SET a = a", "" },
	{ "UPDATE t SET a = NULL WHERE id > 4; UPDATE t SET n = 0 WHERE id = 2",
	  "table \"public.t\", column \"a\": 5 rows differ\n"
	  "    id = 5, part = p: was \"a5\", is NULL\n"
	  "    id = 6, part = p: was \"a6\", is NULL\n"
	  "    id = 7, part = p: was \"a7\", is NULL\n"
	  "table \"public.t\", column \"n\": 1 row differs\n"
	  "    id = 2, part = p: was \"2\", is \"0\"" },
	{ "DELETE FROM t WHERE id = 3; INSERT INTO t VALUES (30, 'p', 'new', 1)",
	  "table \"public.t\": 1 row lost\n"
	  "    id = 3, part = p, a = \"a3\", n = \"3\"\n"
	  "table \"public.t\": 1 row added\n"
	  "    id = 30, part = p, a = \"new\", n = \"1\"" },
	{ "UPDATE nokey SET b = 2 WHERE ctid = '(0,1)'", "table \"public.nokey\": 1 row lost\n"
	                                                 "    a = \"x\", b = \"1\"\n"
	                                                 "table \"public.nokey\": 1 row added\n"
	                                                 "    a = \"x\", b = \"2\"" },
	{ "DROP TABLE nokey", "table \"public.nokey\": 3 rows lost\n"
	                      "    a = \"x\", b = \"1\"\n"
	                      "    a = \"x\", b = \"1\"\n"
	                      "    a = \"y\", b = NULL" },
	{ "ALTER TABLE moods DROP COLUMN m; DROP TYPE mood", "table \"public.moods\", column \"m\": 2 rows lost\n"
	                                                     "    id = 1: \"sad\"\n"
	                                                     "    id = 2: NULL" },
	{ "ALTER TABLE moods ALTER m TYPE text; DROP TYPE mood", "" },
	{ "UPDATE moods SET m = 'glad'", "table \"public.moods\", column \"m\": 2 rows differ\n"
	                                 "    id = 1: was \"sad\", is \"glad\"\n"
	                                 "    id = 2: was NULL, is \"glad\"" },
	{ "ALTER TABLE t DROP COLUMN part",
	  "table \"public.t\", column \"part\": 9 rows lost\n"
	  "    id = 1, part = p: \"p\"\n    id = 2, part = p: \"p\"\n    id = 3, part = p: \"p\"" },
	{ "UPDATE \"Odd \"\"t\" SET \"select\" = repeat('ż', 70)",
	  "table \"public.\"Odd \"\"t\"\", column \"select\": 1 row differs\n"
	  "    the 'id' = 1: was \"it's\", is \"żżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżż...\"" },
};

static RowsState *
read_state(DbSession *session)
{
	GError *error = NULL;
	RowsState *state = rows_state_read(session, NULL, &error);

	support_check(state != NULL, error, "rows_state_read");
	return state;
}

static void
keep(DbSession *session, const RowsState *before, const char *const *tables)
{
	GError *error = NULL;
	bool done = rows_keep_copy(session, before, tables, &error);

	support_check(done, error, "rows_keep_copy");
}

static void
assert_explained(DbSession *session, const RowsState *before, const char *sql, const char *told)
{
	GError *error = NULL;
	g_autoptr(GPtrArray) losses = rows_explain(session, before, &error);

	support_check(losses != NULL, error, "rows_explain");
	g_autofree char *text = rows_losses_describe(losses);
	if (strcmp(text, told) != 0)
		fail_msg("after \"%s\": found \"%s\", expected \"%s\"", sql, text, told);
}

static void
losses_have_examples(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, setup);
	g_autoptr(RowsState) before = read_state(session);
	for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
		support_execute(session, "BEGIN; SET LOCAL search_path = pg_catalog");
		keep(session, before, NULL);
		support_execute(session, "SET LOCAL search_path = public");
		support_execute(session, changes[i].sql);
		assert_explained(session, before, changes[i].sql, changes[i].told);
		support_execute(session, "ROLLBACK");
	}
}

static void
copies_are_nobody_elses_business(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	const char *const tables[] = { "public.nokey", "public.unknown", NULL };
	GError *error = NULL;

	support_execute(session, setup);
	g_autoptr(RowsState) before = read_state(session);
	keep(session, before, NULL);
	keep(session, before, tables);
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_IDLE);
	g_autofree char *path = db_session_query_value(session, &error, "SHOW search_path", NULL);
	assert_string_equal(path, "\"$user\", public");
	g_autofree char *n = db_session_query_value(
	    session, &error, "SELECT count(*) FROM pg_tables WHERE schemaname = '" ROWS_COPY_SCHEMA "'", NULL);
	assert_string_equal(n, "1");
	g_autoptr(RowsState) after = read_state(session);
	assert_int_equal(rows_state_size(after), rows_state_size(before));
	support_execute(session, "DELETE FROM t; DELETE FROM nokey WHERE b IS NULL");
	assert_explained(session, before, "DELETE", "table \"public.nokey\": 1 row lost\n    a = \"y\", b = NULL");
	support_execute(session, "DROP SCHEMA " ROWS_COPY_SCHEMA " CASCADE");
	assert_explained(session, before, "DROP SCHEMA", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(losses_have_examples, support_open, support_close),
		cmocka_unit_test_setup_teardown(copies_are_nobody_elses_business, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
