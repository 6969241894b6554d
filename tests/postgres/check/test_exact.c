#include "check/support_expect.h"

#include "catalog/render.h"

/* The schema of a team. */
static const char *const schema =
    "CREATE SCHEMA shop; CREATE SCHEMA audit;"
    "CREATE TYPE shop.state AS ENUM ('open', 'paid');"
    "CREATE DOMAIN shop.email AS text CHECK (VALUE LIKE '%@%');"
    "CREATE TABLE shop.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email shop.email NOT NULL UNIQUE,"
    "  name text);"
    "CREATE TABLE shop.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    "  customer_id bigint NOT NULL CONSTRAINT customer REFERENCES shop.customers (id),"
    "  amount numeric(10,2) NOT NULL DEFAULT 0 CONSTRAINT positive CHECK (amount >= 0), note text,"
    "  state shop.state NOT NULL DEFAULT 'open');"
    "CREATE INDEX open_orders ON shop.orders (customer_id) WHERE state = 'open';"
    "CREATE UNIQUE INDEX one_note ON shop.orders (note);"
    "CREATE TABLE shop.settings (id int); CREATE SEQUENCE shop.numbers;"
    "CREATE FUNCTION shop.me() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT 1::bigint $$;"
    "CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
    "ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY; ALTER TABLE shop.orders FORCE ROW LEVEL SECURITY;"
    "CREATE POLICY own ON shop.orders FOR SELECT TO pg_monitor USING (customer_id = shop.me());"
    "CREATE POLICY add ON shop.orders FOR INSERT TO pg_monitor WITH CHECK (customer_id = shop.me());"
    "CREATE TRIGGER touch BEFORE UPDATE OF amount ON shop.orders FOR EACH ROW"
    "  WHEN (OLD.amount IS DISTINCT FROM NEW.amount) EXECUTE FUNCTION shop.touch();"
    "CREATE VIEW shop.open AS SELECT id FROM shop.orders WHERE state = 'open';"
    "CREATE MATERIALIZED VIEW shop.totals AS SELECT customer_id, sum(amount) AS total FROM shop.orders GROUP BY 1;"
    "GRANT SELECT ON shop.orders TO pg_monitor;";

/* Each of them is planted alone. */
static const char *const faults[] = {
	"CREATE TABLE shop.forgotten (id int)",
	"CREATE SCHEMA extra",
	"CREATE VIEW shop.leak AS SELECT * FROM shop.orders",
	"CREATE MATERIALIZED VIEW audit.kept AS SELECT 1 AS a",
	"ALTER TABLE shop.orders ADD COLUMN secret text",
	"CREATE INDEX twice ON shop.orders (customer_id)",
	"ALTER TABLE shop.settings ADD PRIMARY KEY (id)",
	"ALTER TABLE shop.orders ADD CONSTRAINT extra CHECK (amount < 1000)",
	"ALTER TABLE shop.customers ADD CONSTRAINT one_name UNIQUE (name)",
	"ALTER TABLE shop.orders ADD CONSTRAINT again FOREIGN KEY (customer_id) REFERENCES shop.customers (id) NOT "
	"VALID",
	"CREATE POLICY everybody ON shop.orders USING (true)",
	"CREATE POLICY first_one ON shop.customers USING (true)",
	"ALTER POLICY own ON shop.orders TO public",
	"ALTER POLICY own ON shop.orders USING (true)",
	"DROP POLICY add ON shop.orders; CREATE POLICY add ON shop.orders AS RESTRICTIVE FOR INSERT TO pg_monitor"
	" WITH CHECK (customer_id = shop.me())",
	"ALTER TABLE shop.orders DISABLE ROW LEVEL SECURITY",
	"ALTER TABLE shop.orders NO FORCE ROW LEVEL SECURITY",
	"ALTER TABLE shop.customers ENABLE ROW LEVEL SECURITY",
	"CREATE TRIGGER second AFTER INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch()",
	"ALTER TABLE shop.orders DISABLE TRIGGER touch",
	"ALTER TABLE shop.orders ENABLE REPLICA TRIGGER touch",
	"ALTER TABLE shop.settings SET UNLOGGED",
	"ALTER TABLE shop.orders REPLICA IDENTITY FULL",
	"ALTER TABLE shop.settings SET (autovacuum_enabled = false)",
	"GRANT SELECT ON shop.customers TO public",
	"GRANT UPDATE (name) ON shop.customers TO public",
	"GRANT USAGE ON SCHEMA shop TO public",
	"GRANT USAGE ON SEQUENCE shop.numbers TO public",
	"REVOKE EXECUTE ON FUNCTION shop.me() FROM public",
	"ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO public",
	"ALTER TABLE shop.orders DROP CONSTRAINT customer, ADD CONSTRAINT customer FOREIGN KEY (customer_id)"
	" REFERENCES shop.customers (id) NOT VALID",
	"ALTER TABLE shop.orders DROP CONSTRAINT customer, ADD CONSTRAINT customer FOREIGN KEY (customer_id)"
	" REFERENCES shop.customers (id) ON DELETE CASCADE",
	"ALTER TABLE shop.orders DROP CONSTRAINT customer, ADD CONSTRAINT customer FOREIGN KEY (customer_id)"
	" REFERENCES shop.customers (id) DEFERRABLE INITIALLY DEFERRED",
	"ALTER TABLE shop.orders DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (amount >= 0) NOT VALID",
	"ALTER TABLE shop.orders DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (amount >= 0) NO INHERIT",
	"ALTER FUNCTION shop.me() SECURITY DEFINER",
	"ALTER FUNCTION shop.me() SET search_path = public",
	"ALTER FUNCTION shop.me() STRICT",
	"ALTER FUNCTION shop.me() LEAKPROOF",
	"CREATE OR REPLACE FUNCTION shop.me() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT 2::bigint $$",
	"CREATE FUNCTION shop.you() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$",
	"DROP INDEX shop.one_note; CREATE INDEX one_note ON shop.orders (note)",
	"DROP INDEX shop.one_note; CREATE UNIQUE INDEX one_note ON shop.orders (note) WHERE note <> ''",
	"DROP INDEX shop.open_orders; CREATE INDEX open_orders ON shop.orders (customer_id)",
	"DROP INDEX shop.open_orders; CREATE INDEX open_orders ON shop.orders USING hash (customer_id)"
	" WHERE state = 'open'",
	"UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'shop.one_note'::regclass",
	"ALTER TABLE shop.orders ALTER COLUMN note SET DEFAULT 'x'",
	"ALTER TABLE shop.orders ALTER COLUMN note SET STORAGE EXTERNAL",
	"ALTER TABLE shop.customers ALTER COLUMN name SET STATISTICS 1000",
	"ALTER TYPE shop.state ADD VALUE 'lost'",
	"ALTER DOMAIN shop.email SET NOT NULL",
	"CREATE TYPE shop.colour AS ENUM ('red')",
	"CREATE SEQUENCE shop.more",
	"ALTER SEQUENCE shop.numbers CYCLE",
	"ALTER SEQUENCE shop.numbers INCREMENT 5",
	"ALTER VIEW shop.open SET (security_barrier = true)",
	"CREATE RULE nothing AS ON DELETE TO shop.orders DO INSTEAD NOTHING",
	"CREATE STATISTICS shop.pairs ON id, amount FROM shop.orders",
	"CREATE PUBLICATION everything FOR ALL TABLES",
	"CREATE EXTENSION pg_trgm SCHEMA shop",
	"CREATE CAST (shop.state AS integer) WITH INOUT",
	"COMMENT ON TABLE shop.orders IS 'secret'",
	"ALTER TABLE shop.customers OWNER TO pg_monitor",
};

/* Nothing of it is a change of the schema. */
static const char *const harmless[] = {
	"INSERT INTO shop.customers (email, name) VALUES ('a@b', 'a'); SELECT nextval('shop.numbers')",
	"CREATE TEMPORARY TABLE mine (id int)",
	"ANALYZE shop.orders",
	"ALTER TABLE shop.orders RENAME COLUMN note TO other; ALTER TABLE shop.orders RENAME COLUMN other TO note",
	"DROP INDEX shop.one_note; CREATE UNIQUE INDEX one_note ON shop.orders (note)",
	"REVOKE ALL ON shop.customers FROM public",
};

/* The problems of the fixture after the statements; the database stays unchanged. */
static char *
exact_problems_after(DbSession *session, const char *sql, const char *yaml)
{
	g_autoptr(GError) error = NULL;

	support_execute(session, "BEGIN");
	support_execute(session, sql);
	g_autoptr(CatalogSnapshot) snapshot = catalog_snapshot_read(session, NULL, &error);
	support_check(snapshot != NULL, g_steal_pointer(&error), sql);
	support_execute(session, "ROLLBACK");
	return problems_of(session, snapshot, yaml);
}

static char *
written_fixture(DbSession *session, bool exact)
{
	g_autoptr(GError) error = NULL;
	const CatalogRenderOptions options = { .exact = exact };

	support_execute(session, schema);
	g_autoptr(CatalogSnapshot) snapshot = catalog_snapshot_read(session, NULL, &error);
	support_check(snapshot != NULL, g_steal_pointer(&error), "snapshot");
	return catalog_render_yaml(snapshot, &options);
}

static void
a_written_fixture_finds_every_fault(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autofree char *yaml = written_fixture(session, true);
	g_autofree char *before = exact_problems_after(session, "SELECT 1", yaml);
	g_autoptr(GString) passed = g_string_new(NULL);

	assert_string_equal(before, "");
	for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autofree char *found = exact_problems_after(session, faults[i], yaml);
		if (found[0] == '\0')
			g_string_append_printf(passed, "%s\n", faults[i]);
	}
	if (passed->len > 0)
		fail_msg("not seen:\n%s", passed->str);
	for (size_t i = 0; i < G_N_ELEMENTS(harmless); i++) {
		g_autofree char *found = exact_problems_after(session, harmless[i], yaml);
		if (found[0] != '\0')
			fail_msg("%s\n%s", harmless[i], found);
	}
}

static void
without_exact_other_objects_are_allowed(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autofree char *yaml = written_fixture(session, false);
	g_autofree char *found = exact_problems_after(session,
	                                              "CREATE TABLE shop.forgotten (id int); GRANT SELECT ON "
	                                              "shop.customers TO public",
	                                              yaml);

	assert_string_equal(found, "");
}

/* How much `exact` means where it stands. */
static const struct {
	const char *yaml;
	const char *problem; /* NULL: none */
} places[] = {
	{ "exact: [audit]\nschemas: { audit: {} }", NULL },
	{ "exact: [audit, shop]\nschemas: { audit: {}, shop: {} }", "1:8: table \"shop.customers\" is unexpected" },
	{ "exact: false\nschemas: { audit: {} }", NULL },
	{ "tables: { shop.settings: { exact: true } }", "column \"shop.settings.id\" is unexpected" },
	{ "tables: { shop.settings: { exact: true, columns: { id: { type: int, nullable: true } } } }", NULL },
	{ "tables: { shop.settings: { exact: true, columns: { id: { type: int } } } }",
	  "column \"shop.settings.id\": nullable is \"true\", which the fixture does not state" },
	/* A name alone only states that the object exists. */
	{ "tables: { shop.settings: { exact: true, columns: { id: } } }", NULL },
	{ "tables: { shop.settings: { exact: true, columns: { exact: false } } }", NULL },
	{ "tables: { shop.customers: { exact: true, columns: { exact: false }, primary_key: [id], unique: [[email]] } "
	  "}",
	  NULL },
	{ "tables: { shop.customers: { exact: true, columns: { exact: false }, primary_key: [id] } }",
	  "unique \"shop.customers.customers_email_key\" is unexpected" },
	{ "tables: { shop.customers: { exact: true, columns: { exact: false }, unique: [[email]] } }",
	  "primary key \"shop.customers.customers_pkey\" is unexpected" },
	/* A statement with wildcards counts, but the wildcards do not list single objects. */
	{ "exact: true\nschemas: { '*': }\ntables: { shop.*: { row_security: { forced: false }, except: { shop.orders: "
	  "x } } }",
	  "unexpected" },
	{ "tables: { shop.se*: { exact: true } }", "column \"shop.settings.id\" is unexpected" },
	{ "exact: [shop]\ntables: { shop.se*: {} }", "table \"shop.customers\" is unexpected" },
	{ "tables: { shop.settings: { exact: true, columns: { id: {}, '*': { type: int, nullable: true } } } }", NULL },
	{ "tables: { shop.settings: { exact: true, columns: { id: {}, 'n*': { optional: true, type: int } } } }",
	  "column \"shop.settings.id\": type is \"integer\", which the fixture does not state" },
	{ "tables: { shop.orders: { exact: true, columns: { exact: false }, primary_key: [id], foreign_keys: "
	  "[{ columns: [customer_id] }], checks: { exact: false }, indexes: { exact: false }, policies: { exact: false "
	  "}, "
	  "triggers: { exact: false }, privileges: [pg_monitor=select] } }",
	  "row security of table \"shop.orders\" is enabled, which the fixture does not state" },
};

static void
exact_means_as_much_as_stands_below(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autofree char *written = written_fixture(session, true);

	assert_true(g_str_has_prefix(written, "exact: true\nschemas:\n"));
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *found = exact_problems_after(session, "SELECT 1", places[i].yaml);
		if (places[i].problem == NULL ? found[0] != '\0' : strstr(found, places[i].problem) == NULL)
			fail_msg("%s\n%s\nnot: %s", places[i].yaml, found,
			         places[i].problem != NULL ? places[i].problem : "anything");
	}
}

/* Renamed objects, and the messages about them. */
static const struct {
	const char *sql;
	const char *yaml;
	const char *problem;
} renames[] = {
	{ "ALTER TABLE shop.orders RENAME COLUMN amount TO total",
	  "tables: { shop.orders: { columns: { amount: { type: 'numeric(10,2)', nullable: false } } } }",
	  "column \"shop.orders.amount\" is missing; \"shop.orders.total\" is like it" },
	{ "ALTER TABLE shop.orders RENAME COLUMN note TO remark; ALTER TABLE shop.orders ADD COLUMN more text",
	  "tables: { shop.orders: { columns: { amount: {}, note: { type: text }, state: {} } } }",
	  "\"shop.orders.remark\" is like it" },
	{ "ALTER INDEX shop.open_orders RENAME TO open_ones",
	  "tables: { shop.orders: { indexes: { open_orders: { columns: [customer_id] } } } }",
	  "\"shop.orders.open_ones\" is like it" },
	{ "ALTER TABLE shop.orders RENAME TO sales",
	  "tables: { shop.orders: { columns: { customer_id: {}, amount: {} } } }", "\"shop.sales\" is like it" },
	{ "ALTER TABLE shop.settings SET SCHEMA audit; ALTER TABLE audit.settings ADD COLUMN x int",
	  "tables: { shop.settings: { columns: { id: {}, x: {} } } }", "\"audit.settings\" is like it" },
	{ "ALTER FUNCTION shop.touch() RENAME TO stamp", "functions: { shop.touch(): { returns: trigger } }",
	  "\"shop.stamp()\" is like it" },
	/* It may be either: nothing is said. */
	{ "DROP TABLE shop.settings", "tables: { shop.settings: { columns: { nothing: {} } } }",
	  "table \"shop.settings\" is missing\n" },
	{ "ALTER TABLE shop.orders DROP COLUMN note; ALTER TABLE shop.orders ADD COLUMN a int, ADD COLUMN b int",
	  "tables: { shop.orders: { columns: { note: {} } } }", "column \"shop.orders.note\" is missing\n" },
};

static void
renamed_objects_are_proposed(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, schema);
	for (size_t i = 0; i < G_N_ELEMENTS(renames); i++) {
		g_autofree char *found = exact_problems_after(session, renames[i].sql, renames[i].yaml);
		if (strstr(found, renames[i].problem) == NULL)
			fail_msg("%s\n%s\nnot: %s", renames[i].sql, found, renames[i].problem);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_written_fixture_finds_every_fault),
		TEST(without_exact_other_objects_are_allowed),
		TEST(exact_means_as_much_as_stands_below),
		TEST(renamed_objects_are_proposed),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
