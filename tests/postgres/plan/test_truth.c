/* Real tables, and empty ones with the exported statistics of the real ones: the planner sees no difference. */
#include "plan/export/export.h"
#include "support_plan.h"

/* Four schemas: a shop, events, partitions, and types that are rarer. Rows are the same each time; every second column
 * is skewed. */
static const char *const truth_tables =
    "CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, country char(2), created date NOT "
    "NULL);"
    "CREATE TABLE products (id int PRIMARY KEY, name varchar(80) NOT NULL, price numeric(10,2) NOT NULL, tags text[]);"
    "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, status text NOT "
    "NULL,"
    " created_at timestamptz NOT NULL, note text);"
    "CREATE TABLE items (order_id bigint NOT NULL REFERENCES orders, line int NOT NULL, product_id int NOT NULL "
    "REFERENCES products,"
    " quantity smallint NOT NULL, PRIMARY KEY (order_id, line));"
    "CREATE INDEX ON orders (customer_id, created_at DESC); CREATE INDEX ON orders (created_at) WHERE status = 'open';"
    "CREATE INDEX ON customers (lower(email)); CREATE INDEX ON customers (country); CREATE INDEX ON items (product_id);"
    "CREATE SCHEMA ev; CREATE TYPE ev.level AS ENUM ('debug', 'info', 'error');"
    "CREATE TABLE ev.services (id int PRIMARY KEY, team int, status text);"
    "CREATE TABLE ev.events (id bigint PRIMARY KEY, service_id int NOT NULL, level ev.level NOT NULL, at timestamptz "
    "NOT NULL, span int4range);"
    "CREATE INDEX ON ev.events (service_id, at DESC); CREATE INDEX ON ev.events (level, at) WHERE level <> 'debug';"
    "CREATE INDEX ON ev.services (team, status);"
    "CREATE SCHEMA part; CREATE TABLE part.m (at timestamptz NOT NULL, sensor int NOT NULL, value float8) PARTITION BY "
    "RANGE (at);"
    "CREATE TABLE part.m1 PARTITION OF part.m FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');"
    "CREATE TABLE part.m2 PARTITION OF part.m FOR VALUES FROM ('2025-02-01') TO ('2025-03-01');"
    "CREATE TABLE part.m3 PARTITION OF part.m FOR VALUES FROM ('2025-03-01') TO ('2025-04-01');"
    "CREATE INDEX ON part.m (sensor, at); CREATE TABLE part.sensors (id int PRIMARY KEY, place uuid NOT NULL, active "
    "boolean);"
    "CREATE SCHEMA doc; CREATE TABLE doc.pages (id int PRIMARY KEY, parent int REFERENCES doc.pages, path text NOT "
    "NULL, words tsvector,"
    " size int); CREATE INDEX ON doc.pages (parent); CREATE INDEX ON doc.pages (path text_pattern_ops); CREATE INDEX "
    "ON doc.pages USING hash (size);";

static const char *const truth_rows =
    "INSERT INTO customers SELECT i, 'c' || i || '@example.org', CASE WHEN i % 10 < 7 THEN 'DE' WHEN i % 10 = 8 THEN "
    "'FR' ELSE 'AT' END,"
    " date '2015-01-01' + i % 3000 FROM generate_series(1, 60000) i;"
    "INSERT INTO products SELECT i, 'product ' || i, (i % 997) + 0.5, ARRAY['t' || i % 7, 't' || i % 31] FROM "
    "generate_series(1, 3000) i;"
    "INSERT INTO orders SELECT i, 1 + (i::bigint * i) % 60000, CASE WHEN i % 200 = 0 THEN 'open' WHEN i % 50 = 1 THEN "
    "'lost' ELSE 'done' END,"
    " timestamptz '2024-01-01' + i * interval '3 min', CASE WHEN i % 3 = 0 THEN repeat('n', i % 60) END FROM "
    "generate_series(1, 250000) i;"
    "INSERT INTO items SELECT o, l, 1 + (o * l * 7) % 3000, l FROM generate_series(1, 250000) o, generate_series(1, 2) "
    "l;"
    "INSERT INTO ev.services SELECT i, i % 200, CASE WHEN i % 10 = 0 THEN 'stopped' ELSE 'running' END FROM "
    "generate_series(1, 20000) i;"
    "INSERT INTO ev.events SELECT i, 1 + (i::bigint * i % 20000)::int, CASE WHEN i % 100 = 0 THEN 'error' WHEN i % 2 = "
    "0 THEN 'info' ELSE 'debug' END::ev.level,"
    " timestamptz '2025-01-01' + i * interval '20 s', int4range(i % 100, i % 100 + i % 7) FROM generate_series(1, "
    "300000) i;"
    "INSERT INTO part.m SELECT timestamptz '2025-01-01 00:00+00' + i * interval '25 s', 1 + i % 500, i % 91 FROM "
    "generate_series(1, 299000) i"
    " WHERE timestamptz '2025-01-01 00:00+00' + i * interval '25 s' BETWEEN '2025-01-02' AND '2025-03-30';"
    "INSERT INTO part.sensors SELECT i, md5(i::text)::uuid, i % 20 <> 0 FROM generate_series(1, 500) i;"
    "INSERT INTO doc.pages SELECT i, CASE WHEN i > 1 THEN i / 20 + 1 END, '/' || i % 17 || '/' || i, "
    "to_tsvector('simple', 'page w' || i % 50 || ' w' || i % 333), i % 4000"
    " FROM generate_series(1, 40000) i;"
    "VACUUM ANALYZE";

static const char *const truth_queries[] = {
	"SELECT * FROM orders WHERE customer_id = 4711 ORDER BY created_at DESC LIMIT 10",
	"SELECT * FROM orders WHERE status = 'open' AND created_at > '2025-05-01'",
	"SELECT * FROM orders WHERE status = 'done' AND created_at > '2025-05-01'",
	"SELECT count(*) FROM orders WHERE created_at BETWEEN '2024-03-01' AND '2024-03-02'",
	"SELECT c.email, count(*) FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.country = 'AT' GROUP "
	"BY 1",
	"SELECT c.email FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.status = 'open' ORDER BY "
	"o.created_at LIMIT 20",
	"SELECT * FROM customers WHERE lower(email) = 'c5@example.org'",
	"SELECT * FROM customers WHERE email = 'c5@example.org'",
	"SELECT * FROM customers WHERE created < '2015-02-01' AND country = 'FR'",
	"SELECT o.id, sum(i.quantity * p.price) FROM orders o JOIN items i ON i.order_id = o.id JOIN products p ON "
	"p.id = i.product_id"
	" WHERE o.customer_id = 99 GROUP BY 1",
	"SELECT p.name, sum(i.quantity) FROM products p JOIN items i ON i.product_id = p.id GROUP BY 1 ORDER BY 2 DESC "
	"LIMIT 5",
	"SELECT * FROM items WHERE product_id = 17 ORDER BY order_id",
	"SELECT * FROM products WHERE tags @> ARRAY['t3']",
	"SELECT * FROM products WHERE price > 990",
	"SELECT id FROM orders WHERE note IS NULL AND status = 'lost'",
	"SELECT * FROM customers c WHERE NOT EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id)",
	"SELECT * FROM customers c WHERE EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id AND o.status = "
	"'open')",
	"SELECT * FROM orders WHERE id IN (5, 17, 90000)",
	"SELECT max(created_at) FROM orders WHERE customer_id = 3",
	"SELECT status, count(*) FROM orders GROUP BY 1",
	"SELECT * FROM ev.events WHERE service_id = 7 AND at > '2025-02-01' ORDER BY at DESC",
	"SELECT * FROM ev.services WHERE team = 3 AND status = 'running'",
	"SELECT s.id, count(*) FROM ev.services s JOIN ev.events e ON e.service_id = s.id WHERE s.team = 3 GROUP BY 1",
	"SELECT * FROM ev.events WHERE level = 'error' ORDER BY at DESC LIMIT 10",
	"SELECT service_id, count(*) FROM ev.events GROUP BY 1 ORDER BY 2 DESC LIMIT 5",
	"SELECT * FROM ev.events e JOIN ev.services s ON s.id = e.service_id WHERE s.status = 'stopped' AND e.at > "
	"'2025-03-10'",
	"SELECT * FROM ev.events WHERE span && int4range(3, 5) AND level = 'info'",
	"SELECT DISTINCT ON (service_id) * FROM ev.events ORDER BY service_id, at DESC",
	"SELECT * FROM ev.events WHERE id > 299000",
	"SELECT * FROM ev.services WHERE id IN (SELECT service_id FROM ev.events WHERE level = 'error')",
	"SELECT * FROM part.m WHERE sensor = 5 AND at BETWEEN '2025-02-03' AND '2025-02-04'",
	"SELECT sensor, avg(value) FROM part.m WHERE at > '2025-03-15' GROUP BY 1",
	"SELECT s.place, max(m.value) FROM part.m JOIN part.sensors s ON s.id = m.sensor WHERE NOT s.active GROUP BY 1",
	"SELECT * FROM part.m WHERE sensor IN (1, 2, 3) ORDER BY at DESC LIMIT 100",
	"SELECT count(*) FROM part.m",
	"SELECT * FROM doc.pages WHERE parent = 77",
	"SELECT * FROM doc.pages WHERE path LIKE '/3/%'",
	"SELECT * FROM doc.pages WHERE words @@ 'w3'::tsquery",
	"SELECT * FROM doc.pages WHERE size = 37",
	"WITH RECURSIVE t AS (SELECT id, parent FROM doc.pages WHERE id = 9000 UNION ALL SELECT p.id, p.parent FROM "
	"doc.pages p JOIN t ON p.id = t.parent)"
	" SELECT * FROM t",
};

/* Factor for the row counts of the large tables above: a fifth for a test, four for script/plan-truth. */
static double
truth_scale(void)
{
	const char *text = g_getenv("PGASSAY_TRUTH_SCALE");

	return text != NULL ? g_ascii_strtod(text, NULL) : 0.2;
}

static gboolean
truth_scale_one(const GMatchInfo *match, GString *result, gpointer data)
{
	g_autofree char *number = g_match_info_fetch(match, 1);

	g_string_append_printf(result, "generate_series(1, %.0f)",
	                       g_ascii_strtod(number, NULL) * *(const double *)data);
	return FALSE;
}

static void
truth_fill(DbSession *session)
{
	double scale = truth_scale();
	g_auto(GStrv) parts = g_strsplit(truth_rows, "VACUUM", 2);
	g_autoptr(GRegex) large = g_regex_new("generate_series\\(1, (250000|300000)\\)", 0, 0, NULL);
	g_autofree char *rows = g_regex_replace_eval(large, parts[0], -1, 0, 0, truth_scale_one, &scale, NULL);

	support_execute(session, rows);
	support_execute(session, "VACUUM ANALYZE");
}

/* The frame without what makes it one: statistics, and files of no length. */
static void
truth_shorten(PlanFrame *frame)
{
	support_execute(
	    plan_frame_session(frame),
	    "CREATE TEMP TABLE sizes AS SELECT oid AS relation, relpages, reltuples, relallvisible FROM pg_class;"
	    "TRUNCATE customers, products, orders, items, ev.services, ev.events, part.m, part.sensors, doc.pages;"
	    "UPDATE pg_class c SET relpages = s.relpages, reltuples = s.reltuples, relallvisible = s.relallvisible"
	    " FROM sizes s WHERE s.relation = c.oid");
}

/* How many of the queries have the same plan in both; shows the others. */
static guint
truth_compare(PlanFrame *real, PlanFrame *empty, bool show)
{
	guint same = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(truth_queries); i++) {
		g_autoptr(PlanTree) one = support_explain(real, truth_queries[i]);
		g_autoptr(PlanTree) other = support_explain(empty, truth_queries[i]);
		g_autofree char *shape = plan_normal_shape(one, plan_frame_catalog(real));
		g_autofree char *other_shape = plan_normal_shape(other, plan_frame_catalog(empty));
		g_autofree char *plan = plan_render(one);
		g_autofree char *other_plan = plan_render(other);
		same += strcmp(shape, other_shape) == 0;
		if (show && strcmp(shape, other_shape) != 0)
			print_message("%s\nwith rows:\n%swithout:\n%s", truth_queries[i], plan, other_plan);
	}
	return same;
}

/* As on --server. */
static guint
truth_compare_dense(PlanFrame *real, const SupportDatabase *copy, PlanSize *size)
{
	g_autoptr(GError) error = NULL;
	DbEndpoint *endpoint = (DbEndpoint *)scratch_server_endpoint(support_server());
	g_autoptr(ScratchServer) server = scratch_server_attach(endpoint, &error);
	g_autoptr(PlanFrame) dense = server != NULL ? plan_frame_open(server, copy->database, size, &error) : NULL;

	support_check(dense != NULL, g_steal_pointer(&error), "the frame is opened");
	return truth_compare(real, dense, false);
}

static void
test_truth(void **state)
{
	const SupportDatabase *full = *state;
	g_autoptr(GError) error = NULL;
	g_autoptr(SupportDatabase) copy = support_database(NULL);
	const PlanExportOptions options = { 0 };
	guint left_out = 0;

	support_execute(full->session, truth_tables);
	support_execute(copy->session, truth_tables);
	truth_fill(full->session);
	g_autofree char *yaml = plan_export(full->session, &options, &left_out, &error);
	support_check(yaml != NULL, g_steal_pointer(&error), "statistics are exported");
	assert_int_equal(left_out, 0);
	g_autoptr(PlanSize) size = support_fixture(yaml);
	g_autoptr(PlanFrame) real = plan_frame_open(support_server(), full->database, NULL, &error);
	g_autoptr(PlanFrame) bare = plan_frame_open(support_server(), copy->database, NULL, &error);
	guint without = truth_compare(real, bare, false);
	g_clear_pointer(&bare, plan_frame_close);
	g_autoptr(PlanFrame) empty = plan_frame_open(support_server(), copy->database, size, &error);
	support_check(empty != NULL, g_steal_pointer(&error), "the frame is opened");
	for (guint i = 0; i < plan_frame_notes(empty)->len; i++)
		print_message("%s\n", (char *)g_ptr_array_index(plan_frame_notes(empty), i));
	guint same = truth_compare(real, empty, true);
	truth_shorten(empty);
	guint alone = truth_compare(real, empty, false);
	g_clear_pointer(&empty, plan_frame_close);
	guint dense = truth_compare_dense(real, copy, size);
	print_message(
	    "the same plans: %u of %zu; with statistics alone %u are wrong; with empty tables %zu; on a server "
	    "whose files are out of reach %zu\n",
	    same, G_N_ELEMENTS(truth_queries), (guint)G_N_ELEMENTS(truth_queries) - alone,
	    G_N_ELEMENTS(truth_queries) - without, G_N_ELEMENTS(truth_queries) - dense);
	assert_int_equal(same, G_N_ELEMENTS(truth_queries));
	assert_true(without < same);
	assert_true(alone < same);
	assert_true(alone < dense);
}

/* Nothing of the source is in an anonymised fixture, and the planner still has as many values. */
static void
test_anonymous(void **state)
{
	const SupportDatabase *full = *state;
	g_autoptr(GError) error = NULL;
	const PlanExportOptions options = { .anonymise = true };
	guint left_out = 0;
	static const char *const canaries[] = { "Grace", "1906", "4711", "deadbeef", "10.9.8.7", "kanarie" };

	support_execute(
	    full->session,
	    "CREATE TYPE mood AS ENUM ('sad', 'glad');"
	    "CREATE TABLE people (name text, born date, number int, id uuid, address inet, words text[], feels mood, "
	    "ok boolean);"
	    "INSERT INTO people SELECT 'Grace Hopper ' || i % 50, date '1906-12-09' + i % 60, 471100 + i % 9,"
	    " ('deadbeef-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, '10.9.8.7', ARRAY['kanarie'], 'glad', true"
	    " FROM generate_series(1, 5000) i;"
	    "CREATE INDEX ON people (upper(name));"
	    "CREATE TABLE secret (a int)");
	support_execute(full->session, "ANALYZE");
	g_autofree char *yaml = plan_export(full->session, &options, &left_out, &error);
	support_check(yaml != NULL, g_steal_pointer(&error), "statistics are exported");
	for (gsize i = 0; i < G_N_ELEMENTS(canaries); i++)
		if (strstr(yaml, canaries[i]) != NULL)
			fail_msg("\"%s\" is in:\n%s", canaries[i], yaml);
	assert_non_null(strstr(yaml, "glad"));
	assert_non_null(strstr(yaml, "public.people.address: no values can be made up for type inet"));
	assert_non_null(strstr(yaml, "public.secret: "));
	g_autoptr(PlanSize) size = support_fixture(yaml);
	g_autoptr(PlanFrame) frame = plan_frame_open(support_server(), full->database, size, &error);
	support_check(frame != NULL, g_steal_pointer(&error), "the frame is opened");
	assert_int_equal(plan_frame_notes(frame)->len, 0);
	double rows = support_rows(frame, "SELECT * FROM people WHERE name = 'v000007'");
	assert_true(rows > 95 && rows < 105);
}

/* Whatever an export sends, as the server's own log of statements has it, only reads. */
static void
test_only_reads(void **state)
{
	const SupportDatabase *full = *state;
	g_autoptr(GError) error = NULL;
	const PlanExportOptions options = { .anonymise = true };
	guint left_out = 0;
	guint n = 0;

	support_execute(full->session,
	                "CREATE TABLE t (a int, b text); INSERT INTO t SELECT i, i FROM generate_series(1, 99) i");
	support_execute(full->session, "ANALYZE; SET client_min_messages = log; SET log_statement = 'all'");
	g_free(db_session_take_notices(full->session));
	g_autofree char *yaml = plan_export(full->session, &options, &left_out, &error);
	support_check(yaml != NULL, g_steal_pointer(&error), "statistics are exported");
	g_autofree char *log = db_session_take_notices(full->session);
	g_autoptr(GRegex)
	    statements = g_regex_new("(?:statement|execute [^:]*): (?:\\s*--[^\\n]*\\n)*\\s*(\\w+)", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	assert_non_null(log);
	for (g_regex_match(statements, log, 0, &match); g_match_info_matches(match);
	     g_match_info_next(match, NULL), n++) {
		g_autofree char *word = g_match_info_fetch(match, 1);
		if (strcmp(word, "SELECT") != 0 && strcmp(word, "WITH") != 0)
			fail_msg("an export sends %s:\n%s", word, log);
	}
	assert_int_equal(n, db_session_server_version(full->session) >= 140000 ? 5 : 4);
	assert_false(g_regex_match_simple("\\b(INSERT|UPDATE|DELETE|MERGE)\\b", log, 0, 0));
}

/* A role that may not read a table gets no statistics of it, and hears so. */
static void
test_left_out(void **state)
{
	const SupportDatabase *full = *state;
	g_autoptr(GError) error = NULL;
	const PlanExportOptions options = { 0 };
	guint left_out = 0;

	support_execute(full->session,
	                "CREATE TABLE open (a int); CREATE TABLE closed (a int); CREATE TABLE rls (a int);"
	                "ALTER TABLE rls ENABLE ROW LEVEL SECURITY;"
	                "INSERT INTO open VALUES (1); INSERT INTO closed VALUES (1); INSERT INTO rls VALUES (1)");
	support_execute(full->session,
	                "ANALYZE; DROP ROLE IF EXISTS plan_reader; CREATE ROLE plan_reader;"
	                "GRANT SELECT ON open, rls TO plan_reader; SET default_transaction_read_only = on;"
	                "SET ROLE plan_reader");
	g_autofree char *yaml = plan_export(full->session, &options, &left_out, &error);
	support_check(yaml != NULL, g_steal_pointer(&error), "statistics are exported");
	assert_int_equal(left_out, 2);
	assert_non_null(strstr(yaml, "  public.open:\n"));
	assert_non_null(strstr(yaml, "public.closed: \"the role may not read it: GRANT SELECT ON it\""));
	assert_non_null(strstr(yaml, "public.rls: \"row security hides its statistics: read them as its owner\""));
	assert_null(strstr(yaml, "  public.closed:\n"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_truth), TEST(test_anonymous), TEST(test_left_out),
		                            TEST(test_only_reads) };

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
