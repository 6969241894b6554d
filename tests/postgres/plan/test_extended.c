/* The data of CREATE STATISTICS is copied from a database with rows to an empty one, and is the same there. */
#include "plan/export/export.h"
#include "support_plan.h"

#define TABLES                                                                                                         \
	"CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE DOMAIN share AS numeric(5,3) CHECK (VALUE >= 0);"            \
	"CREATE TABLE people (gone int, id int PRIMARY KEY, city text, zip char(8), country varchar(20), feels mood,"  \
	" ok boolean, since timestamptz, every interval, part share, key uuid, rate float8, body jsonb);"              \
	"ALTER TABLE people DROP COLUMN gone;"

#define OBJECTS                                                                                                        \
	"CREATE STATISTICS place ON city, zip, country FROM people;"                                                   \
	"CREATE SCHEMA other; CREATE STATISTICS other.\"All of it\" (mcv) ON feels, ok, since, every, part, key, "     \
	"rate, body"                                                                                                   \
	" FROM people;"

#define EXPRESSIONS                                                                                                    \
	"CREATE STATISTICS lowered ON lower(city), country, (id % 7) FROM people; CREATE STATISTICS one ON "           \
	"(length(city)) "                                                                                              \
	"FROM people;"

/* A city has one country and one zip; every third row has no country. */
#define ROWS                                                                                                           \
	"INSERT INTO people SELECT i, 'City ' || i % 40, 'z' || i % 40, CASE WHEN i % 3 > 0 THEN 'land ' || i % 5 "    \
	"END,"                                                                                                         \
	" CASE WHEN i % 2 = 0 THEN 'sad' ELSE 'glad' END::mood, i % 2 = 0, timestamptz '2026-01-01' + i % 4 * "        \
	"interval '1 "                                                                                                 \
	"day',"                                                                                                        \
	" i % 4 * interval '1 month 2 days 3.5 s', i % 4 * 1.125, md5((i % 4)::text)::uuid, i % 4 * -0.1,"             \
	" json_build_object('n', i % 4)::jsonb FROM generate_series(1, 20000) i;"

static bool
has_expressions(void **state)
{
	return db_session_server_version(support_session(state)) >= 140000;
}

/* All that is kept, but for numbers that differ between databases. */
static char *
look(DbSession *session)
{
	static const char *const all = "SELECT string_agg(concat_ws(' ', x.stxname, d.stxdndistinct, "
				       "d.stxddependencies, (SELECT string_agg(m::text, "
				       "E'\\n') FROM pg_mcv_list_items(d.stxdmcv) m)), E'\\n' ORDER BY x.stxname)"
				       " FROM pg_statistic_ext x JOIN pg_statistic_ext_data d ON d.stxoid = x.oid";
	static const char *const expressions =
	    "SELECT COALESCE(string_agg(concat_ws(' ', statistics_name, expr, null_frac, avg_width, n_distinct,"
	    " most_common_vals, most_common_freqs, histogram_bounds, correlation), E'\\n' ORDER BY statistics_name, "
	    "expr), '')"
	    " FROM pg_stats_ext_exprs";
	g_autoptr(GError) error = NULL;
	g_autofree char *one = db_session_query_value(session, &error, all, NULL);
	support_check(one != NULL, g_steal_pointer(&error), "statistics objects are read");
	if (db_session_server_version(session) < 140000)
		return g_steal_pointer(&one);
	g_autofree char *other = db_session_query_value(session, &error, expressions, NULL);
	support_check(other != NULL, g_steal_pointer(&error), "expressions are read");
	return g_strconcat(one, "\n", other, NULL);
}

static PlanSize *export(DbSession *session, bool anonymise, char **ret_yaml)
{
	g_autoptr(GError) error = NULL;
	const PlanExportOptions options = { .anonymise = anonymise };
	guint left_out = 0;
	g_autofree char *yaml = plan_export(session, &options, &left_out, &error);

	support_check(yaml != NULL, g_steal_pointer(&error), "statistics are exported");
	PlanSize *size = support_fixture(yaml);
	if (ret_yaml != NULL)
		*ret_yaml = g_steal_pointer(&yaml);
	return size;
}

static void
make(void **state, DbSession *session)
{
	support_execute(session, TABLES OBJECTS);
	if (has_expressions(state))
		support_execute(session, EXPRESSIONS);
}

static void
assert_no_notes(const PlanFrame *frame)
{
	for (guint i = 0; i < plan_frame_notes(frame)->len; i++)
		fail_msg("left out: %s", (const char *)g_ptr_array_index(plan_frame_notes(frame), i));
}

/* Another table, whose columns have other numbers, gets the very same. */
static void
test_same(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SupportDatabase) copy = support_database(NULL);
	DbSession *session = support_session(state);

	make(state, session);
	make(state, copy->session);
	support_execute(session, ROWS "ANALYZE people");
	g_autoptr(PlanSize) size = export(session, false, NULL);
	g_autoptr(PlanFrame) frame = plan_frame_open(support_server(), copy->database, size, &error);
	support_check(frame != NULL, g_steal_pointer(&error), "the frame is opened");
	assert_no_notes(frame);
	g_autofree char *real = look(session);
	g_autofree char *imported = look(plan_frame_session(frame));
	assert_string_equal(real, imported);
	assert_non_null(strstr(real, "2026-01-02"));
	g_autoptr(PlanFrame)
	    rows = plan_frame_open(support_server(), ((SupportDatabase *)*state)->database, NULL, &error);
	static const char *const queries[] = {
		"SELECT * FROM people WHERE city = 'City 7' AND zip = 'z7'",
		"SELECT * FROM people WHERE city = 'City 7' AND country IS NULL",
		"SELECT * FROM people WHERE feels = 'sad' AND ok AND part = 2.25 AND every = '2 mons 4 days 7 s'",
		"SELECT * FROM people WHERE key = md5('3')::uuid AND rate = -0.3::float8 AND body = '{\"n\": 3}'",
		"SELECT city, zip, country FROM people GROUP BY 1, 2, 3",
		"SELECT * FROM people WHERE lower(city) = 'city 9'",
		"SELECT * FROM people WHERE length(city) = 6",
	};
	for (gsize i = 0; i < G_N_ELEMENTS(queries) - (has_expressions(state) ? 0 : 2); i++) {
		double expected = support_rows(rows, queries[i]);
		double got = support_rows(frame, queries[i]);
		if (expected != got)
			fail_msg("%s: %g rows, and %g with the statistics", queries[i], expected, got);
	}
	assert_true(support_rows(frame, queries[0]) == 500);
	assert_true(support_rows(frame, queries[2]) == 5000);
}

/* Nothing of it is left: not even the casts. */
static void
test_nothing_left(void **state)
{
	static const char *const all = "SELECT concat((SELECT count(*) FROM pg_cast WHERE oid >= 16384), ' ', (SELECT "
				       "count(*) FROM pg_class WHERE relkind = 'v' AND oid >= 16384), ' ',"
				       " (SELECT string_agg(d::text, ' ') FROM pg_statistic_ext_data d))";
	g_autoptr(GError) error = NULL;
	DbSession *session = support_session(state);

	make(state, session);
	support_execute(session, ROWS "ANALYZE people");
	g_autofree char *before = db_session_query_value(session, &error, all, NULL);
	g_autoptr(PlanSize) size = export(session, false, NULL);
	PlanFrame *frame = support_frame(state, size);
	g_autofree char *casts = db_session_query_value(plan_frame_session(frame), &error,
	                                                "SELECT count(*) FROM pg_cast WHERE oid >= 16384", NULL);
	assert_string_equal(casts, "0");
	plan_frame_close(frame);
	g_autofree char *after = db_session_query_value(session, &error, all, NULL);
	assert_string_equal(before, after);
}

/* A partitioned table has those of all its rows. */
static void
test_partitions(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize) size = support_size(
	    "tables: { public.ev: { rows: 1M, columns: { a: { distinct: 100 }, b: { distinct: 100 } },"
	    " extended: { public.ab: { columns: [b, a], distinct: [{ of: [a, b], count: 100 }],"
	    " dependencies: [{ of: [a], decides: b, degree: 1 }] } } } }",
	    &document);

	support_execute(support_session(state),
	                "CREATE TABLE ev (at date, a int, b int) PARTITION BY RANGE (at);"
	                "CREATE TABLE ev_a PARTITION OF ev FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');"
	                "CREATE TABLE ev_b PARTITION OF ev FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');"
	                "CREATE STATISTICS ab ON a, b FROM ev");
	g_autoptr(PlanFrame) frame = support_frame(state, size);
	assert_no_notes(frame);
	assert_true(support_rows(frame, "SELECT a, b FROM ev GROUP BY 1, 2") == 100);
	support_execute(plan_frame_session(frame), "DROP STATISTICS ab");
	assert_true(support_rows(frame, "SELECT a, b FROM ev GROUP BY 1, 2") == 10000);
}

#define BY_HAND                                                                                                        \
	"tables: { public.t: { rows: 1M, columns: { a: { distinct: 100 }, b: { distinct: 100 } }, extended: { "        \
	"public.ab: {"                                                                                                 \
	" columns: [a, b], distinct: [{ of: [a, b], count: 100 }], dependencies: [{ of: [a], decides: b, degree: 1 "   \
	"}],"                                                                                                          \
	" most_common: [{ values: ['7', '7'], share: 0.25, base: 0.01 }, { values: ['8', null], share: 0.125 }] } } "  \
	"} }"

/* Names are found once; objects are followed when a migration renames them, and dropped ones are reported. */
static void
test_follows(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize) size = support_size(BY_HAND, &document);
	static const char *const both = "SELECT * FROM t WHERE a = 7 AND b = 7";
	static const char *const none = "SELECT * FROM t WHERE a = 8 AND b IS NULL";

	support_execute(support_session(state), "CREATE TABLE t (a int, b int); CREATE STATISTICS ab ON a, b FROM t");
	PlanFrame *frame = support_frame(state, size);
	assert_no_notes(frame);
	assert_true(support_rows(frame, both) == 250000);
	assert_true(support_rows(frame, none) == 125000);
	plan_frame_close(frame);
	support_execute(support_session(state),
	                "ALTER STATISTICS ab RENAME TO ba; ALTER TABLE t RENAME a TO c; ALTER TABLE t RENAME TO u");
	frame = support_frame(state, size);
	assert_no_notes(frame);
	assert_true(support_rows(frame, "SELECT * FROM u WHERE c = 7 AND b = 7") == 250000);
	plan_frame_close(frame);
	support_execute(support_session(state),
	                "ALTER TABLE u RENAME c TO a; ALTER TABLE u RENAME TO t; DROP STATISTICS ba");
	frame = support_frame(state, size);
	assert_int_equal(plan_frame_notes(frame)->len, 1);
	assert_string_equal(g_ptr_array_index(plan_frame_notes(frame), 0), "there is no statistics object public.ab");
	assert_true(support_rows(frame, both) < 1000);
	plan_frame_close(frame);
	support_execute(support_session(state), "ALTER TABLE t ADD c int; CREATE STATISTICS ab ON a, c FROM t");
	frame = support_frame(state, size);
	assert_int_equal(plan_frame_notes(frame)->len, 1);
	assert_string_equal(g_ptr_array_index(plan_frame_notes(frame), 0),
	                    "the size says other columns than it has of the statistics object public.ab");
	plan_frame_close(frame);
}

/* The object collects less by now, or nothing; so would the next ANALYZE. */
static void
test_collects(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize) size = support_size(BY_HAND, &document);
	static const char *const none = "SELECT * FROM t WHERE a = 8 AND b IS NULL";
	static const char *const groups = "SELECT a, b FROM t GROUP BY 1, 2";

	support_execute(support_session(state), "CREATE TABLE t (a int, b int);"
	                                        "CREATE STATISTICS ab (ndistinct, dependencies) ON a, b FROM t");
	PlanFrame *frame = support_frame(state, size);
	assert_true(support_rows(frame, groups) == 100);
	assert_true(support_rows(frame, none) < 1000);
	plan_frame_close(frame);
	support_execute(support_session(state), "DROP STATISTICS ab; CREATE STATISTICS ab (mcv) ON a, b FROM t;"
	                                        "ALTER STATISTICS ab SET STATISTICS 1");
	frame = support_frame(state, size);
	assert_true(support_rows(frame, groups) > 100);
	assert_true(support_rows(frame, "SELECT * FROM t WHERE a = 7 AND b = 7") == 250000);
	assert_true(support_rows(frame, none) < 1000); /* the second one is cut off */
	plan_frame_close(frame);
	support_execute(support_session(state), "ALTER STATISTICS ab SET STATISTICS 0");
	frame = support_frame(state, size);
	assert_no_notes(frame);
	assert_true(support_rows(frame, "SELECT * FROM t WHERE a = 7 AND b = 7") < 1000);
	plan_frame_close(frame);
}

/* If the server does not accept a part, the rest stays. */
static void
test_left_out(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize) size = support_size(BY_HAND, &document);
	static const char *const groups = "SELECT a, b FROM t GROUP BY 1, 2";

	support_execute(support_session(state),
	                "CREATE TABLE t (a int, b int4range); CREATE STATISTICS ab ON a, b FROM t");
	PlanFrame *frame = support_frame(state, size);
	assert_int_equal(plan_frame_notes(frame)->len, 1);
	assert_string_equal(
	    g_ptr_array_index(plan_frame_notes(frame), 0),
	    "the most common combinations of public.ab were left out, all of them: it is not known what "
	    "values of type int4range are in memory");
	assert_true(support_rows(frame, groups) == 100);
	plan_frame_close(frame);
	support_execute(support_session(state),
	                "DROP TABLE t; CREATE TABLE t (a date, b int); CREATE STATISTICS ab ON a, b "
	                "FROM t");
	plan_size_forget(size);
	frame = support_frame(state, size);
	assert_int_equal(plan_frame_notes(frame)->len, 1);
	assert_string_equal(
	    g_ptr_array_index(plan_frame_notes(frame), 0),
	    "the most common combinations of public.ab were left out, all of them: invalid input syntax "
	    "for type date: \"7\"");
	assert_true(support_rows(frame, groups) == 100);
	plan_frame_close(frame);
}

/* An event trigger that refuses everything is none of ours. */
static void
test_event_trigger(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize) size = support_size(BY_HAND, &document);

	support_execute(support_session(state),
	                "CREATE TABLE t (a int, b int); CREATE STATISTICS ab ON a, b FROM t;"
	                "CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
	                "RAISE 'nothing may be changed'; END $$;"
	                "CREATE EVENT TRIGGER no ON ddl_command_start EXECUTE FUNCTION no()");
	g_autoptr(PlanFrame) frame = support_frame(state, size);
	g_autoptr(GError) error = NULL;
	assert_true(support_rows(frame, "SELECT * FROM t WHERE a = 7 AND b = 7") == 250000);
	g_autofree char *role = db_session_query_value(plan_frame_session(frame), &error,
	                                               "SHOW session_replication_role", NULL);
	assert_string_equal(role, "origin");
}

/* No value is that of the source, and combinations have those of their columns. */
static void
test_anonymous(void **state)
{
	static const char *const canaries[] = { "City", "z7", "land", "2026-01", "cfcd2084", "2.25", "mons" };
	g_autofree char *yaml = NULL;

	make(state, support_session(state));
	support_execute(support_session(state),
	                "CREATE STATISTICS person ON city, since, feels, ok, part FROM people;" ROWS "ANALYZE people");
	g_autoptr(PlanSize) size = export(support_session(state), true, &yaml);
	char *taken = strstr(yaml, "taken: ");
	assert_non_null(taken);
	memset(taken, ' ', strcspn(taken, "\n"));
	for (gsize i = 0; i < G_N_ELEMENTS(canaries); i++)
		if (strstr(yaml, canaries[i]) != NULL)
			fail_msg("\"%s\" is in:\n%s", canaries[i], yaml);
	assert_non_null(
	    strstr(yaml, "  other.\"All of it\".most_common: no values can be made up for type interval\n"));
	assert_non_null(strstr(yaml, "  public.person.most_common: no values can be made up for type share\n"));
	g_autoptr(PlanFrame) frame = support_frame(state, size);
	assert_no_notes(frame);
	/* Cities and zips go in the same order, and each has one of the other. */
	assert_true(support_rows(frame, "SELECT * FROM people WHERE city = 'v000007' AND zip = 'v000007'") == 500);
	assert_true(support_rows(frame, "SELECT * FROM people WHERE city = 'v000007' AND zip = 'v000008'") < 20);
}

/* Only the owner of a table sees what its objects have collected; others hear so. */
static void
test_owner(void **state)
{
	g_autofree char *yaml = NULL;
	DbSession *session = support_session(state);

	support_execute(
	    session, "CREATE TABLE t (a int, b int); INSERT INTO t SELECT i % 9, i % 9 FROM generate_series(1, 999) i;"
		     "CREATE STATISTICS ab ON a, b FROM t; CREATE TABLE empty (a int, b int);"
		     "CREATE STATISTICS never ON a, b FROM empty;");
	support_execute(session,
	                "ANALYZE t; DROP ROLE IF EXISTS plan_reader; CREATE ROLE plan_reader; GRANT SELECT ON t TO "
	                "plan_reader");
	support_execute(session, "INSERT INTO empty VALUES (1, 1)");
	support_execute(session, "VACUUM empty");
	g_autoptr(PlanSize) all = export(session, false, &yaml);
	assert_non_null(all);
	assert_non_null(strstr(yaml, "{ of: [a, b], count: 9 }"));
	support_execute(session, "SET ROLE plan_reader");
	g_free(yaml);
	g_autoptr(PlanSize) some = export(session, false, &yaml);
	assert_non_null(some);
	if (!has_expressions(state)) { /* 13 shows it to whom may read the table */
		assert_non_null(strstr(yaml, "count: 9"));
		return;
	}
	assert_null(strstr(yaml, "count: 9"));
	assert_non_null(
	    strstr(yaml, "public.ab: \"only the owner of its table may read it: export as a member of postgres\""));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_same),      TEST(test_nothing_left),  TEST(test_partitions),
		                            TEST(test_follows),   TEST(test_collects),      TEST(test_left_out),
		                            TEST(test_anonymous), TEST(test_event_trigger), TEST(test_owner) };

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
