/* Changes that affect the mark of the catalog rows that plans depend on, and others that do not. */
#include "support_plan.h"

#include "plan/catalog/mark.h"

#define TABLES                                                                                                         \
	"CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b text, more text); CREATE INDEX i ON t (a);"             \
	"CREATE TABLE other (id int PRIMARY KEY); CREATE VIEW v AS SELECT id, a, b FROM t;"                            \
	"CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';"                                    \
	"CREATE FUNCTION in_a_text(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';"                            \
	"CREATE FUNCTION of_policy(int) RETURNS bool STABLE LANGUAGE sql AS 'SELECT in_a_text($1) > 0';"               \
	"CREATE POLICY p ON t USING (of_policy(a)); CREATE STATISTICS s ON a, b FROM t;"                               \
	"CREATE TYPE label AS ENUM ('old'); ALTER TABLE t ADD CONSTRAINT checked CHECK (a < 1000);"                    \
	"CREATE INDEX expressed ON t (lower(b));"                                                                      \
	"CREATE FUNCTION to_point(int) RETURNS point LANGUAGE sql AS 'SELECT point($1, 0)';"

static const struct {
	const char *sql;
	bool changes;
} changes[] = {
	{ "CREATE TABLE more (id int PRIMARY KEY, name text)", false },
	{ "CREATE INDEX ON other (id)", false },
	{ "ALTER TABLE other ADD note text", false },
	{ "INSERT INTO t VALUES (1, 1, 'x')", false },
	{ "CREATE SEQUENCE q", false },
	{ "CREATE FUNCTION g(int) RETURNS int LANGUAGE sql AS 'SELECT $1'", false },
	{ "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'", false },
	{ "CREATE TYPE u AS (a int)", false },
	{ "CREATE TABLE refers (t int REFERENCES t)", false },
	{ "CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
	  "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tr()",
	  false },
	{ "ALTER TABLE t REPLICA IDENTITY FULL", false },
	{ "COMMENT ON TABLE t IS 'x'; COMMENT ON COLUMN t.a IS 'x'; COMMENT ON INDEX i IS 'x'", false },
	{ "ALTER TABLE other RENAME TO others; ALTER TABLE others ENABLE ROW LEVEL SECURITY", false },
	{ "ALTER TYPE label ADD VALUE 'late'", false },
	{ "ALTER TYPE label RENAME VALUE 'old' TO 'new'", true },
	{ "ALTER INDEX i RENAME TO j", true },
	{ "ALTER INDEX expressed ALTER 1 SET STATISTICS 5", true },
	{ "REINDEX INDEX i", true },
	{ "ALTER TABLE t SET (fillfactor = 50)", true },
	{ "ALTER TABLE t SET UNLOGGED", true },
	{ "ALTER TABLE t ALTER more SET DATA TYPE text COLLATE \"C\"", true },
	{ "ALTER TABLE t DROP CONSTRAINT checked", true },
	{ "CREATE POLICY q ON t USING (a > 2)", true },
	{ "DROP POLICY p ON t", true },
	{ "CREATE STATISTICS s2 ON a, id FROM t", true },
	{ "ALTER STATISTICS s SET STATISTICS 5", true },
	{ "CREATE OPERATOR CLASS oc FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int)", true },
	{ "CREATE OPERATOR FAMILY fam USING btree; ALTER OPERATOR FAMILY fam USING btree ADD OPERATOR 1 < (int, int)",
	  true },
	{ "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)", true },
	{ "CREATE CAST (int AS point) WITH FUNCTION to_point(int) AS ASSIGNMENT", true },
	{ "CREATE COLLATION c FROM \"C\"", true },
	{ "CREATE TEXT SEARCH CONFIGURATION words (COPY = simple)", true },
	{ "CREATE ROLE pgassay_test_mark", true },
	{ "ALTER ROLE CURRENT_USER SET work_mem = '8MB'", true },
	{ "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w", true },
	{ "CREATE SCHEMA first; ALTER TABLE other RENAME TO t2; ALTER TABLE t2 SET SCHEMA first; ALTER TABLE first.t2 "
	  "RENAME TO t",
	  true },
	{ "CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 1'", true },
	{ "DROP FUNCTION f(int)", true },
	{ "ALTER FUNCTION of_policy(int) VOLATILE", true },
	{ "ALTER FUNCTION in_a_text(int) VOLATILE", true },
	{ "CREATE TYPE u AS ENUM ('a')", true },
	{ "ALTER TABLE t RENAME a TO z", true },
	{ "ALTER TABLE t DROP b CASCADE", true },
	{ "ALTER TABLE t DROP more", true },
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
	/* Names of existing relations. */
	{ "CREATE SCHEMA first; CREATE TABLE first.t (id int)", true },
	{ "CREATE TABLE late (id int)", false },
	{ "REVOKE ALL ON t FROM CURRENT_USER", true },
	{ "DROP VIEW v", true },
};

/* The relations of the query, asked in a frame. */
static PlanRelations
mark_relations(void **state, const char *sql)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize) size = support_size("tables: { public.t: { rows: 1000 } }", &document);
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_new("q", sql, (SourcePosition){ "q.sql", 1, 1 }, &error);
	g_autoptr(PlanFrame) frame = support_frame(state, size);
	PlanRelations relations = plan_relations_new();
	const PlanAsk ask = { .query = query, .relations = &relations };
	g_auto(PlanAnswer) answer = { 0 };

	assert_true(plan_frame_explain(frame, &ask, &answer, &error));
	if (answer.tree == NULL)
		fail_msg("%s", answer.refusal);
	return relations;
}

static bool
mark_concerns(DbSession *session, PlanRelations *relations, GHashTable *names, const char *sql, bool refused)
{
	g_autoptr(PlanMark) mark = plan_mark_new();
	g_autoptr(GError) error = NULL;
	g_auto(PlanChange) first = { 0 };
	g_auto(PlanChange) none = { 0 };
	g_auto(PlanChange) change = { 0 };

	plan_mark_watch(mark, relations->all);
	plan_mark_wait(mark, names);
	support_check(plan_mark_look(mark, session, &first, &error), g_steal_pointer(&error), "the first look");
	assert_true(first.all);
	support_check(plan_mark_look(mark, session, &none, &error), g_steal_pointer(&error), "the second look");
	assert_false(plan_change_concerns(&none, relations->all, names));
	support_execute(session, "BEGIN");
	support_execute(session, sql);
	support_check(plan_mark_look(mark, session, &change, &error), g_steal_pointer(&error), "the third look");
	support_execute(session, "ROLLBACK");
	return refused ? plan_change_concerns_words(&change, names)
	               : plan_change_concerns(&change, relations->all, names);
}

static void
test_changes(void **state)
{
	static const char sql[] = "SELECT f(a) FROM v";
	g_autoptr(GHashTable) words = plan_mark_words(sql);
	DbSession *session = support_session(state);

	support_execute(session, TABLES);
	g_auto(PlanRelations) relations = mark_relations(state, sql);
	assert_int_equal(g_hash_table_size(relations.all), 2);
	assert_int_equal(g_hash_table_size(relations.tables), 1);
	assert_true(g_hash_table_contains(relations.names, "t"));
	g_hash_table_add(words, g_strdup("t"));
	for (gsize i = 0; i < G_N_ELEMENTS(changes); i++)
		if (mark_concerns(session, &relations, words, changes[i].sql, false) != changes[i].changes)
			fail_msg("%s: %s", changes[i].sql, changes[i].changes ? "is not noticed" : "is said to matter");
}

/* A query that the server refuses waits for the names in its text. */
static void
test_waits(void **state)
{
	static const struct {
		const char *sql;
		bool changes;
	} waits[] = {
		{ "CREATE TABLE other2 (a int)", false },
		{ "CREATE TABLE \"Late one\" (a int)", true },
		{ "ALTER TABLE other ADD missing int", true },
		{ "CREATE FUNCTION soon() RETURNS int LANGUAGE sql AS 'SELECT 1'", true },
		{ "CREATE SCHEMA far", true },
		{ "ALTER TYPE label ADD VALUE 'late'", true },
	};
	g_autoptr(GHashTable) words = plan_mark_words("SELECT \"Late one\".a, SOON(), o.missing FROM Other o");
	DbSession *session = support_session(state);

	support_execute(session, TABLES);
	/* For another query's sake, one of its tables is watched by its OID. */
	g_auto(PlanRelations) watched = mark_relations(state, "SELECT FROM other");
	for (gsize i = 0; i < G_N_ELEMENTS(waits); i++)
		if (mark_concerns(session, &watched, words, waits[i].sql, true) != waits[i].changes)
			fail_msg("%s: %s", waits[i].sql, waits[i].changes ? "is not noticed" : "is said to matter");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_changes), TEST(test_waits) };

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
