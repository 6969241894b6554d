/* What changes the mark of the things that plans depend on, and what does not. */
#include "support_plan.h"

#include "plan/mark.h"

#define TABLES                                                                                                         \
	"CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b text); CREATE INDEX i ON t (a);"                        \
	"CREATE TABLE other (id int PRIMARY KEY); CREATE VIEW v AS SELECT * FROM t;"                                   \
	"CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';"                                    \
	"CREATE POLICY p ON t USING (true); CREATE STATISTICS s ON a, b FROM t;"

static const struct {
	const char *sql;
	bool changes;
} changes[] = {
	{ "CREATE TABLE more (id int PRIMARY KEY, name text)", false },
	{ "CREATE INDEX ON other (id)", false },
	{ "ALTER TABLE other ADD note text", false },
	{ "INSERT INTO t VALUES (1, 1, 'x')", false },
	{ "CREATE SEQUENCE q", false },
	{ "CREATE INDEX j ON t (b)", true },
	{ "ALTER INDEX i SET (fillfactor = 50)", true },
	{ "DROP INDEX i", true },
	{ "ALTER TABLE t ADD c int", true },
	{ "ALTER TABLE t ALTER a DROP NOT NULL", true },
	{ "ALTER TABLE t ALTER a SET STATISTICS 5", true },
	{ "ALTER TABLE t ADD d int; ALTER TABLE t ALTER d TYPE bigint", true },
	{ "ALTER TABLE t ADD CHECK (a > 0)", true },
	{ "ALTER FUNCTION f(int) VOLATILE", true },
	{ "CREATE OR REPLACE VIEW v AS SELECT id, a, b FROM t WHERE a > 5", true },
	{ "ALTER TABLE t ENABLE ROW LEVEL SECURITY", true },
	{ "ALTER POLICY p ON t USING (a > 1)", true },
	{ "DROP STATISTICS s", true },
	{ "CREATE TABLE child () INHERITS (t)", true },
	{ "ALTER TABLE t RENAME TO u", true },
	/* Names: of what was there, and of a table of the size that comes. */
	{ "CREATE SCHEMA first; CREATE TABLE first.t (id int)", true },
	{ "CREATE TABLE late (id int)", true },
	{ "REVOKE ALL ON t FROM CURRENT_USER", true },
	{ "DROP VIEW v", true },
};

static void
test_changes(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize)
	    size = support_size("tables: { public.t: { rows: 1000 }, public.late: { rows: 10 } }", &document);
	g_autoptr(PlanMark) mark = plan_mark_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_new("q", "SELECT f(a) FROM v", (SourcePosition){ "q.sql", 1, 1 }, &error);
	DbSession *session = support_session(state);
	bool changed = false;

	support_execute(session, TABLES);
	PlanFrame *frame = support_frame(state, size);
	const PlanAsk ask = { .query = query, .relations = plan_mark_relations(mark) };
	g_auto(PlanAnswer) answer = { 0 };
	assert_true(plan_frame_explain(frame, &ask, &answer, &error));
	plan_frame_close(frame);
	/* The view, its table, and indexes that were looked at. */
	assert_true(g_hash_table_size(ask.relations) >= 2);
	for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
		support_check(plan_mark_set(mark, session, size, &error), g_steal_pointer(&error), "the mark is set");
		support_execute(session, "BEGIN");
		support_execute(session, changes[i].sql);
		support_check(plan_mark_has_changed(mark, session, size, &changed, &error), g_steal_pointer(&error),
		              "the mark is read");
		support_execute(session, "ROLLBACK");
		if (changed != changes[i].changes)
			fail_msg("%s: %s", changes[i].sql, changed ? "changes the mark" : "does not change the mark");
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_changes) };

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
