/* Plans on tables of a stated size that have no row. */
#include "support_plan.h"

#define ORDERS                                                                                                         \
	"CREATE TABLE customers (id bigint PRIMARY KEY, email text UNIQUE);"                                           \
	"CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, status text,"   \
	" created_at timestamptz NOT NULL);"                                                                           \
	"CREATE INDEX by_customer ON orders (customer_id, created_at DESC);"                                           \
	"CREATE INDEX only_open ON orders (created_at) WHERE status = 'open';"

#define ORDERS_SIZE                                                                                                    \
	"tables: { public.customers: { rows: 1M }, public.orders: { rows: 1_000_000_000, columns: {"                   \
	"customer_id: { distinct: 900k }, status: { distinct: 2, most_common: [done, open], shares: [0.99, 0.01] },"   \
	"created_at: { distinct: -1, min: '2020-01-01', max: '2026-01-01' } } } }"

static bool
near(double found, double expected)
{
	return found > expected * 0.99 && found < expected * 1.01;
}

static void
test_by_hand(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize) size = support_size(ORDERS_SIZE, &document);

	support_execute(support_session(state), ORDERS);
	g_autoptr(PlanFrame) frame = support_frame(state, size);
	assert_int_equal(plan_frame_notes(frame)->len, 0);
	assert_true(near(support_rows(frame, "SELECT * FROM orders"), 1e9));
	assert_true(near(support_rows(frame, "SELECT * FROM orders WHERE status = 'open'"), 1e7));
	assert_true(near(support_rows(frame, "SELECT * FROM orders WHERE customer_id = 5"), 1111));
	assert_true(near(support_rows(frame, "SELECT * FROM orders WHERE created_at < '2023-01-01'"), 5e8));
	assert_true(near(support_rows(frame, "SELECT * FROM orders WHERE id BETWEEN 200000001 AND 300000000"), 1e8));
	assert_access(frame, "SELECT * FROM orders WHERE customer_id = 5 ORDER BY created_at DESC LIMIT 9",
	              "public.orders by index (customer_id, created_at DESC)\n");
	assert_access(frame, "SELECT * FROM orders WHERE status = 'open' AND created_at > '2025-12-31'",
	              "public.orders by index (created_at) where (status = 'open'::text)\n");
	assert_access(frame, "SELECT count(*) FROM orders WHERE status = 'done'", "public.orders by seq scan\n");
	/* A billion entries of 28 bytes make three levels above the leaves, and each costs 50 operations. */
	g_autoptr(PlanTree)
	    tree = support_explain(frame, "SELECT * FROM orders WHERE customer_id = 5 ORDER BY created_at DESC");
	double startup = plan_tree_root(tree)->startup_cost;
	if (startup < 0.570 || startup > 0.580)
		fail_msg("the btree is not as high as it should be: %f", startup);
}

/* Rows, files, statistics and indexes are as before, and a trigger of TRUNCATE has not been asked. */
static void
test_nothing_is_left(void **state)
{
	static const char look[] =
	    "SELECT pg_catalog.concat_ws(' ', (SELECT pg_catalog.count(*) FROM public.orders),"
	    " pg_catalog.pg_total_relation_size('public.orders'), pg_catalog.pg_relation_filenode('public.orders'),"
	    " (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(',', relname, relpages, reltuples, relfilenode), ';' "
	    "ORDER BY relname)"
	    "  FROM pg_catalog.pg_class WHERE relnamespace = 'public'::pg_catalog.regnamespace),"
	    " (SELECT pg_catalog.count(*) FROM pg_catalog.pg_statistic s JOIN pg_catalog.pg_class c ON c.oid = "
	    "s.starelid"
	    "  WHERE c.relnamespace = 'public'::pg_catalog.regnamespace),"
	    " (SELECT pg_catalog.count(*) FROM pg_catalog.pg_index WHERE NOT indisvalid))";
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize) size = support_size(ORDERS_SIZE, &document);
	g_autoptr(GError) error = NULL;

	support_execute(
	    support_session(state), ORDERS
	    "INSERT INTO customers VALUES (1, 'a'); INSERT INTO orders VALUES (1, 1, 'open', '2026-01-01'); ANALYZE;"
	    "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'kept'; END $$;"
	    "CREATE TRIGGER kept BEFORE TRUNCATE ON orders EXECUTE FUNCTION no();");
	g_autofree char *before = db_session_query_value(support_session(state), &error, look, NULL);
	PlanFrame *frame = support_frame(state, size);
	assert_true(near(support_rows(frame, "SELECT * FROM orders"), 1e9));
	plan_frame_close(frame);
	g_autofree char *after = db_session_query_value(support_session(state), &error, look, NULL);
	assert_string_equal(before, after);
	support_execute(support_session(state), "INSERT INTO orders VALUES (2, 1, 'open', '2026-01-01')");
	support_execute(support_session(state), "VACUUM orders");
}

static void
test_partitions(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize)
	    size = support_size("tables: { public.ev: { rows: 400M, columns: { at: { distinct: -1, min: '2025-01-01',"
	                        " max: '2027-01-01' }, svc: { distinct: 1000 } } } }",
	                        &document);

	support_execute(support_session(state),
	                "CREATE TABLE ev (svc int, at timestamptz NOT NULL) PARTITION BY RANGE (at);"
	                "CREATE TABLE ev_a PARTITION OF ev FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');"
	                "CREATE TABLE ev_b (at timestamptz NOT NULL, gone text, svc int); ALTER TABLE ev_b DROP gone;"
	                "ALTER TABLE ev ATTACH PARTITION ev_b FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');"
	                "CREATE INDEX ON ev (svc, at);");
	g_autoptr(PlanFrame) frame = support_frame(state, size);
	assert_true(near(support_rows(frame, "SELECT * FROM ev_b"), 2e8));
	assert_true(near(support_rows(frame, "SELECT * FROM ev_b WHERE svc = 3"), 2e5));
	assert_access(frame, "SELECT * FROM ev WHERE svc = 3 AND at > '2026-12-31'", "public.ev by index (svc, at)\n");
}

static void
test_what_does_not_fit(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize)
	    size = support_size("tables: { public.gone: { rows: 1 }, public.t: { rows: 1000000, columns: {"
	                        "nothing: { distinct: 1 }, a: { distinct: 9, bounds: [x, y] },"
	                        "b: { type: text, distinct: 3, most_common: ['1', '2'], shares: [0.5, 0.25] },"
	                        "c: { distinct: 5, min: a, max: b } }, indexes: { i: { pages: 3 } } } }",
	                        &document);
	static const char *const notes[] = {
		"there is no table public.gone",
		"there is no column public.t.nothing",
		"there is no index public.i",
		"the statistics of column public.t.a were left out, all of them: invalid input syntax for type "
		"integer: \"x\"",
		"the statistics of column public.t.c were left out, all of them: between \"min\" and \"max\" nothing "
		"can be spread "
		"evenly in type text: write \"bounds\"",
	};

	support_execute(support_session(state), "CREATE TABLE t (a int, b bigint, c text)");
	g_autoptr(PlanFrame) frame = support_frame(state, size);
	const GPtrArray *found = plan_frame_notes(frame);
	for (guint i = 0; i < found->len && i < G_N_ELEMENTS(notes); i++)
		assert_string_equal(g_ptr_array_index(found, i), notes[i]);
	assert_int_equal(found->len, G_N_ELEMENTS(notes));
	/* Values of a text that became a number go on as numbers. */
	assert_true(near(support_rows(frame, "SELECT * FROM t WHERE b = 2"), 250000));
	/* Nothing of the column is there, rather than half of it: the planner's default of 200 values. */
	assert_true(near(support_rows(frame, "SELECT * FROM t WHERE a = 2"), 5000));
}

/* Sizes are found by name once, and follow the objects found. */
static void
test_follows(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize) size = support_size(
	    "tables: { public.t: { rows: 1000000, columns: { a: { distinct: 4, most_common: [1], shares: [0.5] } } } }",
	    &document);

	support_execute(support_session(state), "CREATE TABLE t (a int, b int)");
	plan_frame_close(support_frame(state, size));
	support_execute(support_session(state),
	                "ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME a TO z; ALTER TABLE u ALTER z TYPE text");
	g_autoptr(PlanFrame) frame = support_frame(state, size);
	assert_int_equal(plan_frame_notes(frame)->len, 0);
	assert_true(near(support_rows(frame, "SELECT * FROM u WHERE z = '1'"), 500000));
}

/* The next ANALYZE would keep no more than the target. */
static void
test_target(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize) size = support_size("tables: { public.t: { rows: 1000000, columns: { a: { distinct: 1000, "
	                                        "most_common: [1, 2], shares: [0.5, 0.25] } } } }",
	                                        &document);

	support_execute(support_session(state), "CREATE TABLE t (a int); ALTER TABLE t ALTER a SET STATISTICS 1");
	g_autoptr(PlanFrame) frame = support_frame(state, size);
	assert_true(near(support_rows(frame, "SELECT * FROM t WHERE a = 1"), 500000));
	assert_true(support_rows(frame, "SELECT * FROM t WHERE a = 2") < 1000);
}

static void
test_refused_query(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize) size = support_size("tables: { public.t: { rows: 10 } }", &document);
	g_autoptr(GError) error = NULL;

	support_execute(support_session(state), "CREATE TABLE t (a int)");
	g_autoptr(PlanFrame) frame = support_frame(state, size);
	g_autoptr(Query) query = query_new("q", "SELECT a,\n gone FROM t", (SourcePosition){ "q.sql", 1, 1 }, &error);
	const PlanAsk ask = { .query = query };
	g_auto(PlanAnswer) answer = { 0 };
	assert_true(plan_frame_explain(frame, &ask, &answer, &error));
	assert_null(answer.tree);
	assert_int_equal(answer.character, 12);
	assert_true(g_str_has_prefix(answer.refusal, "column \"gone\" does not exist (42703, undefined_column)"));
	/* The frame goes on. */
	assert_access(frame, "SELECT a FROM t", "public.t by seq scan\n");
}

/* As the server writes it, whatever the names are. */
static void
test_odd_names(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize)
	    size = support_size("tables: { 'public.\"a \"\" < & ''\n\n b\"': { rows: 1M } }", &document);

	support_execute(support_session(state), "CREATE TABLE \"a \"\" < & '\nb\" (\"x <>&\" int PRIMARY KEY)");
	g_autoptr(PlanFrame) frame = support_frame(state, size);
	assert_int_equal(plan_frame_notes(frame)->len, 0);
	g_autoptr(PlanTree) tree = support_explain(frame, "SELECT * FROM \"a \"\" < & '\nb\" WHERE \"x <>&\" = 7");
	assert_string_equal(plan_tree_root(tree)->relation, "a \" < & '\nb");
	assert_string_equal(plan_tree_root(tree)->index, "a \" < & '\nb_pkey");
	g_autofree char *shape = plan_normal_shape(tree, plan_frame_catalog(frame));
	assert_non_null(strstr(shape, " only on x <>&\n"));
}

/* A materialized view, an inherited table, a view over them, row security, another role. */
static void
test_kinds_of_relations(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize) size = support_size(
	    "tables: { public.m: { rows: 5M }, public.parent: { rows: 1000 }, public.child: { rows: 2M } }", &document);

	support_execute(support_session(state),
	                "CREATE TABLE parent (a int); CREATE TABLE child (b int) INHERITS (parent);"
	                "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; CREATE INDEX ON m (a);"
	                "CREATE VIEW v AS SELECT m.a FROM m JOIN child USING (a)");
	g_autoptr(PlanFrame) frame = support_frame(state, size);
	assert_true(near(support_rows(frame, "SELECT * FROM m"), 5e6));
	assert_true(near(support_rows(frame, "SELECT * FROM parent"), 2001000));
	assert_access(frame, "SELECT * FROM m WHERE a = 1", "public.m by index (a)\n");
	assert_access(frame, "SELECT * FROM v WHERE a = 3", "public.child by seq scan\npublic.m by index (a)\n");
}

/* A BRIN index keeps its table from getting an existing file: it gets one by TRUNCATE, for a while. */
static void
test_other_ways(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize)
	    size = support_size("tables: { public.b: { rows: 3M }, public.m: { rows: 2M } }", &document);
	DbSession *session = support_session(state);
	g_autoptr(GError) error = NULL;

	support_execute(session, "CREATE TABLE b (a int PRIMARY KEY, c int[]); CREATE INDEX ON b USING brin (a);"
	                         "CREATE INDEX ON b USING gin (c); INSERT INTO b SELECT i FROM generate_series(1, 7) i;"
	                         "CREATE MATERIALIZED VIEW m AS SELECT a FROM b; CREATE INDEX ON m USING brin (a)");
	PlanFrame *frame = support_frame(state, size);
	assert_true(near(support_rows(frame, "SELECT * FROM b"), 3e6));
	assert_true(near(support_rows(frame, "SELECT * FROM m"), 2e6));
	assert_access(frame, "SELECT * FROM b WHERE a = 5", "public.b by index (a)\n");
	plan_frame_close(frame);
	g_autofree char *left = db_session_query_value(
	    session, &error,
	    "SELECT pg_catalog.count(*) || ' ' || (SELECT pg_catalog.count(*) FROM public.m) FROM public.b", NULL);
	assert_string_equal(left, "7 7");
}

static GHashTable *
frame_relations(DbSession *session, const char *first, const char *second)
{
	GHashTable *relations = g_hash_table_new(NULL, NULL);
	const char *const names[] = { first, second };

	for (gsize i = 0; i < G_N_ELEMENTS(names) && names[i] != NULL; i++) {
		g_autofree char *oid = db_session_query_value(
		    session, NULL, "SELECT pg_catalog.concat('public.', $1::text)::pg_catalog.regclass::pg_catalog.oid",
		    names[i], NULL);
		assert_non_null(oid);
		g_hash_table_add(relations, GUINT_TO_POINTER((guint)g_ascii_strtoull(oid, NULL, 10)));
	}
	return relations;
}

/* As plan_mark_look reports it: the relations have changed, those of `leading` lead to others, and each name is one of
 * a relation that came or went. */
static void
frame_report_change(PlanFrame *frame, GHashTable *relations, GHashTable *leading, const char *const *names)
{
	g_auto(PlanChange) change = { .relations = g_hash_table_ref(relations),
		                      .leading = g_hash_table_ref(leading),
		                      .names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };

	for (; *names != NULL; names++)
		g_hash_table_add(change.names, g_strdup(*names));
	plan_frame_forget(frame, &change);
}

/* Some tables at a time, one after the other, while the database goes on. */
static void
test_again_and_again(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize) size = support_size(
	    "tables: { public.a: { rows: 1M, columns: { x: { distinct: 10 } } }, public.b: { rows: 2M }, "
	    "public.late: { rows: 3M } }",
	    &document);
	DbSession *session = support_session(state);
	g_autoptr(GError) error = NULL;

	support_execute(session, "CREATE TABLE a (x int); CREATE TABLE b (y int); CREATE INDEX ON a (x) WHERE x > 5");
	g_autoptr(GHashTable) both = frame_relations(session, "a", "b");
	g_autoptr(GHashTable) one = frame_relations(session, "a", NULL);
	g_autoptr(GHashTable) gone = frame_relations(session, "b", NULL);
	g_autoptr(PlanFrame)
	    frame = plan_frame_open_idle(support_server(), ((SupportDatabase *)*state)->database, size, &error);
	assert_non_null(frame);
	for (guint i = 0; i < 3; i++) {
		assert_true(plan_frame_take(frame, one, &error));
		assert_true(plan_frame_take(frame, both, &error));
		assert_true(plan_frame_has_all(frame, both));
		assert_true(near(support_rows(frame, "SELECT * FROM a"), 1e6));
		assert_true(near(support_rows(frame, "SELECT * FROM a WHERE x = 3"), 1e5));
		assert_true(near(support_rows(frame, "SELECT * FROM b"), 2e6));
		assert_true(plan_frame_put_back(frame, both, &error));
	}
	/* A new table is found by its name; one that was announced as changed is read again. */
	support_execute(session, "CREATE TABLE late (z int); ALTER TABLE a RENAME x TO w; CREATE INDEX ON a (w);"
	                         "DROP TABLE b; CREATE TABLE b (y int, more int)");
	frame_report_change(frame, both, gone, (const char *const[]){ "late", "b", NULL });
	assert_true(plan_frame_take(frame, both, &error));
	assert_true(near(support_rows(frame, "SELECT * FROM a WHERE w = 3"), 1e5));
	assert_true(near(support_rows(frame, "SELECT more FROM b"), 2e6));
	assert_true(near(support_rows(frame, "SELECT * FROM late"), 3e6));
	assert_access(frame, "SELECT w FROM a WHERE w = 3", "public.a by index (w)\n");
	assert_true(plan_frame_put_back(frame, both, &error));
	/* A table that has become a partition needs the size of the whole. */
	support_execute(session, "CREATE TABLE whole (w int) PARTITION BY RANGE (w);"
	                         "ALTER TABLE whole ATTACH PARTITION a FOR VALUES FROM (0) TO (10)");
	frame_report_change(frame, one, one, (const char *const[]){ "whole", "a", NULL });
	assert_true(plan_frame_take(frame, one, &error));
	g_autoptr(GHashTable) whole = frame_relations(session, "a", "whole");
	assert_true(plan_frame_has_all(frame, whole));
}

/* On a server whose files are out of reach: as many rows, on the pages that there are. */
static void
test_dense(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize) size = support_size(
	    "tables: { public.customers: { rows: 1M }, public.orders: { rows: 1_000_000_000, columns: {"
	    "customer_id: { distinct: 900k }, status: { distinct: 2, most_common: [done, open], shares: [0.99, 0.01] },"
	    "created_at: { distinct: -1, min: '2020-01-01', max: '2026-01-01' } } }, public.m: { rows: 5M },"
	    "public.ev: { rows: 4M }, public.g: { rows: 3M }, public.refuses: { rows: 2M } }",
	    &document);
	DbSession *session = support_session(state);
	g_autoptr(GError) error = NULL;

	support_execute(
	    session, ORDERS
	    "INSERT INTO customers VALUES (1, 'a'); INSERT INTO orders VALUES (1, 1, 'open', '2026-01-01');"
	    "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'kept'; END $$;"
	    "CREATE TRIGGER kept BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION no();"
	    "CREATE MATERIALIZED VIEW m AS SELECT id FROM customers; CREATE INDEX ON m (id);"
	    "CREATE TABLE ev (at date NOT NULL) PARTITION BY RANGE (at);"
	    "CREATE TABLE ev_a PARTITION OF ev FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');"
	    "CREATE TABLE g (a int GENERATED ALWAYS AS IDENTITY, b int GENERATED ALWAYS AS (1) STORED, CHECK (b > 0));"
	    "CREATE DOMAIN never AS int NOT NULL; CREATE TABLE refuses (a int, b never)");
	g_autoptr(ScratchServer)
	    server = scratch_server_attach((DbEndpoint *)scratch_server_endpoint(support_server()), &error);
	assert_non_null(server);
	PlanFrame *frame = plan_frame_open(server, ((SupportDatabase *)*state)->database, size, &error);
	support_check(frame != NULL, g_steal_pointer(&error), "the frame is opened");
	assert_int_equal(plan_frame_notes(frame)->len, 1);
	assert_non_null(strstr(g_ptr_array_index(plan_frame_notes(frame), 0), "domain never does not allow null"));
	assert_true(near(support_rows(frame, "SELECT * FROM orders"), 1e9));
	assert_true(near(support_rows(frame, "SELECT * FROM orders WHERE created_at < '2023-01-01'"), 5e8));
	assert_true(near(support_rows(frame, "SELECT * FROM m"), 5e6));
	assert_true(near(support_rows(frame, "SELECT * FROM ev"), 4e6));
	assert_true(near(support_rows(frame, "SELECT * FROM g"), 3e6));
	assert_access(frame, "SELECT * FROM orders WHERE customer_id = 5 ORDER BY created_at DESC LIMIT 9",
	              "public.orders by index (customer_id, created_at DESC)\n");
	assert_access(frame, "SELECT * FROM orders WHERE status = 'open' AND created_at > '2025-12-31'",
	              "public.orders by index (created_at) where (status = 'open'::text)\n");
	assert_access(frame, "SELECT count(*) FROM orders WHERE status = 'done'", "public.orders by seq scan\n");
	plan_frame_close(frame);
	g_autofree char *left = db_session_query_value(session, &error,
	                                               "SELECT (SELECT pg_catalog.count(*) FROM public.orders) || ' ' "
	                                               "|| pg_catalog.count(*) FROM pg_catalog.pg_index "
	                                               "WHERE indpred IS NOT NULL AND indisready",
	                                               NULL);
	assert_string_equal(left, "1 1");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_by_hand),           TEST(test_nothing_is_left), TEST(test_partitions),
		TEST(test_what_does_not_fit), TEST(test_follows),         TEST(test_target),
		TEST(test_refused_query),     TEST(test_odd_names),       TEST(test_kinds_of_relations),
		TEST(test_other_ways),        TEST(test_again_and_again), TEST(test_dense),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
