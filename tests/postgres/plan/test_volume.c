/* Rows generated according to sizes. */
#include "support_plan.h"

#include "plan/volume/volume.h"

#define SHOP                                                                                                           \
	"CREATE TYPE level AS ENUM ('low', 'high');"                                                                   \
	"CREATE TABLE countries (code char(2) PRIMARY KEY, name text NOT NULL);"                                       \
	"INSERT INTO countries VALUES ('DE', 'Germany'), ('FR', 'France'), ('AT', 'Austria');"                         \
	"CREATE TABLE customers (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text NOT NULL UNIQUE,"           \
	" country char(2) NOT NULL REFERENCES countries, tags text[], vip boolean NOT NULL, name text NOT NULL,"       \
	" UNIQUE (country, name));"                                                                                    \
	"CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id uuid NOT NULL "          \
	"REFERENCES customers,"                                                                                        \
	" status text NOT NULL CHECK (status IN ('done', 'open', 'lost')), level level, total numeric(10,2) NOT NULL " \
	"CHECK (total > 0),"                                                                                           \
	" created_at timestamptz NOT NULL, note varchar(20), parent bigint REFERENCES orders,"                         \
	" doubled numeric GENERATED ALWAYS AS (total * 2) STORED);"                                                    \
	"CREATE TABLE items (order_id bigint NOT NULL REFERENCES orders, line int NOT NULL,"                           \
	" quantity smallint NOT NULL CHECK (quantity BETWEEN 1 AND 99), PRIMARY KEY (order_id, line));"                \
	"CREATE TABLE likes (a bigint REFERENCES orders, b uuid REFERENCES customers, PRIMARY KEY (a, b));"            \
	"CREATE INDEX ON orders (customer_id, created_at);"                                                            \
	"CREATE TABLE events (at timestamptz NOT NULL, k int) PARTITION BY RANGE (at);"                                \
	"CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2025-07-01');"                  \
	"CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2025-07-01') TO ('2026-01-01');"                  \
	"CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'kept'; END $$;"                      \
	"CREATE TRIGGER kept BEFORE DELETE ON orders EXECUTE FUNCTION no();"

#define SHOP_SIZE                                                                                                      \
	"tables: { public.customers: { rows: 1M }, public.orders: { rows: 10M, columns: {"                             \
	" status: { distinct: 3, most_common: [done, open, lost], shares: [0.9, 0.02, 0.08] },"                        \
	" created_at: { distinct: -1, min: '2020-01-01', max: '2026-01-01' }, note: { distinct: 50, nulls: 0.8 } } }," \
	" public.items: { rows: 20M }, public.likes: { rows: 5M },"                                                    \
	" public.events: { rows: 5M, columns: { at: { distinct: -1, min: '2025-01-01', max: '2025-12-31' } } } }"

static void
volume_fill(void **state, PlanSize *size, double most, PlanVolume *ret_volume)
{
	g_autoptr(GError) error = NULL;

	support_check(plan_volume_fill(((SupportDatabase *)*state)->database, size, NULL, most, ret_volume, &error),
	              g_steal_pointer(&error), "rows are made");
}

static void
assert_number(void **state, const char *sql, double least, double most)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = db_session_query_value(support_session(state), &error, sql, NULL);

	support_check(text != NULL, g_steal_pointer(&error), sql);
	double found = g_ascii_strtod(text, NULL);
	if (found < least || found > most)
		fail_msg("%s gives %g, not something between %g and %g", sql, found, least, most);
}

static void
test_rows(void **state)
{
	static const struct {
		const char *sql;
		double least;
		double most;
	} facts[] = {
		{ "SELECT count(*) FROM customers", 1000, 1000 },
		{ "SELECT count(*) FROM orders", 10000, 10000 },
		{ "SELECT count(*) FROM items", 20000, 20000 },
		{ "SELECT count(*) FROM likes", 5000, 5000 },
		{ "SELECT count(*) FROM events", 5000, 5000 },
		{ "SELECT count(*) FROM events_1", 2300, 2700 },
		/* The stated distributions of the columns. */
		{ "SELECT count(*) FROM orders WHERE status = 'open'", 150, 250 },
		{ "SELECT count(*) FROM orders WHERE status = 'done'", 8900, 9100 },
		{ "SELECT count(DISTINCT note) FROM orders", 50, 50 },
		{ "SELECT count(note) FROM orders", 1900, 2100 },
		{ "SELECT count(DISTINCT created_at) FROM orders", 10000, 10000 },
		{ "SELECT corr(id, extract(epoch FROM created_at)) FROM orders", 0.999, 1 },
		{ "SELECT max(extract(year FROM created_at)) FROM orders", 2026, 2026 },
		/* Keys refer to existing rows, to many of them, and are unique. */
		{ "SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer_id", 10000, 10000 },
		{ "SELECT count(DISTINCT customer_id) FROM orders", 950, 1000 },
		{ "SELECT count(*) FROM orders o JOIN orders p ON p.id = o.parent", 10000, 10000 },
		{ "SELECT count(*) FROM items i JOIN orders o ON o.id = i.order_id", 20000, 20000 },
		{ "SELECT count(*) FROM likes JOIN orders o ON o.id = a JOIN customers c ON c.id = b", 5000, 5000 },
		{ "SELECT count(*) FROM customers JOIN countries ON code = country", 1000, 1000 },
		/* An insert goes on, and an index only scan looks nothing up. */
		{ "INSERT INTO orders (customer_id, status, total, created_at) SELECT id, 'open', 1, now() FROM "
		  "customers LIMIT 1 RETURNING id",
		  10001, 10001 },
		{ "SELECT relallvisible::float8 / relpages FROM pg_class WHERE relname = 'items'", 1, 1 },
	};
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize) size = support_size(SHOP_SIZE, &document);
	g_auto(PlanVolume) volume = { 0 };

	support_execute(support_session(state), SHOP);
	volume_fill(state, size, 20000, &volume);
	for (gsize i = 0; i < G_N_ELEMENTS(facts); i++)
		assert_number(state, facts[i].sql, facts[i].least, facts[i].most);
	assert_int_equal(volume.tables->len, 5);
}

/* On another database of the same tables, too. */
static void
test_same_rows(void **state)
{
	static const char sum[] =
	    "SELECT pg_catalog.md5(pg_catalog.string_agg(o::text, ',' ORDER BY id)) FROM orders o";
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize) size = support_size(SHOP_SIZE, &document);
	g_auto(PlanVolume) volume = { 0 };
	g_auto(PlanVolume) second = { 0 };
	g_autoptr(GError) error = NULL;
	g_autoptr(SupportDatabase) other = support_database(NULL);

	support_execute(support_session(state), SHOP);
	support_execute(other->session, SHOP);
	volume_fill(state, size, 2000, &volume);
	g_autofree char *first_sum = db_session_query_value(support_session(state), &error, sum, NULL);
	plan_size_forget(size);
	volume_fill((void **)&other, size, 2000, &second);
	g_autofree char *second_sum = db_session_query_value(other->session, &error, sum, NULL);
	assert_string_equal(first_sum, second_sum);
}

static void
test_refused(void **state)
{
	g_autoptr(SuiteDocument) document = NULL;
	g_autoptr(PlanSize)
	    size = support_size("tables: { public.t: { rows: 5000, columns: { a: { distinct: 100 } } } }", &document);
	g_auto(PlanVolume) volume = { 0 };
	g_autoptr(GError) error = NULL;

	support_execute(support_session(state), "CREATE TABLE t (a int CHECK (a < 50))");
	assert_false(plan_volume_fill(((SupportDatabase *)*state)->database, size, NULL, 5000, &volume, &error));
	assert_true(g_str_has_prefix(error->message,
	                             "size.yaml:1:11: the rows that were made for table public.t are refused: new row "
	                             "for relation \"t\" violates check constraint \"t_a_check\""));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_rows), TEST(test_same_rows), TEST(test_refused) };

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
