#include "check/support_expect.h"

/* The schema that the fixtures below are compared with. */
static const char *const schema =
    "CREATE SCHEMA shop;"
    "CREATE EXTENSION pgcrypto;"
    "CREATE TYPE shop.state AS ENUM ('open', 'paid');"
    "CREATE FUNCTION shop.me() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT 1::bigint $$;"
    "CREATE FUNCTION shop.price(text, numeric(10,2), int[]) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;"
    "CREATE FUNCTION shop.prices() RETURNS SETOF int LANGUAGE sql AS $$ SELECT 1 $$;"
    "CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
    "CREATE TABLE shop.customers (id bigint PRIMARY KEY, email varchar(255) NOT NULL CONSTRAINT email_key UNIQUE,"
    "  name text DEFAULT 'nobody');"
    "CREATE TABLE shop.orders (id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT orders_pk PRIMARY KEY,"
    "  customer_id bigint NOT NULL CONSTRAINT orders_customer REFERENCES shop.customers (id) ON DELETE CASCADE,"
    "  amount numeric(10,2) CONSTRAINT amount_positive CHECK (amount > 0), note text,"
    "  state shop.state NOT NULL DEFAULT 'open');"
    "CREATE INDEX orders_customer_idx ON shop.orders (customer_id, id DESC) WHERE state = 'open';"
    "CREATE INDEX orders_note_idx ON shop.orders (note);"
    "ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;"
    "CREATE POLICY own ON shop.orders FOR SELECT USING (customer_id = shop.me());"
    "CREATE POLICY add ON shop.orders FOR INSERT WITH CHECK (true);"
    "CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch();"
    "CREATE VIEW shop.open_orders AS SELECT id FROM shop.orders WHERE state = 'open';"
    "CREATE EXTENSION pg_trgm;"
    "CREATE INDEX orders_note_search ON shop.orders USING gin (note gin_trgm_ops);"
    "CREATE TRIGGER paid AFTER UPDATE ON shop.orders FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)"
    " EXECUTE FUNCTION shop.touch();"
    "CREATE MATERIALIZED VIEW shop.totals AS SELECT customer_id, sum(amount) AS total FROM shop.orders GROUP BY 1;"
    "CREATE UNIQUE INDEX totals_customer ON shop.totals (customer_id);"
    "CREATE SEQUENCE shop.numbers START 100;"
    "COMMENT ON SCHEMA shop IS 'sells'; COMMENT ON TYPE shop.state IS 'of an order';"
    "COMMENT ON COLUMN shop.orders.note IS 'by hand';"
    "GRANT USAGE ON SCHEMA shop TO pg_monitor; GRANT SELECT, INSERT ON shop.customers TO pg_monitor;"
    "REVOKE EXECUTE ON FUNCTION shop.me() FROM PUBLIC;"
    /* The remains of a CREATE INDEX CONCURRENTLY that failed. */
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'shop.orders_note_idx'::regclass;";

static CatalogSnapshot *
make_schema(DbSession *session)
{
	g_autoptr(GError) error = NULL;

	support_execute(session, schema);
	CatalogSnapshot *snapshot = catalog_snapshot_read(session, NULL, &error);
	support_check(snapshot != NULL, g_steal_pointer(&error), "snapshot");
	return snapshot;
}

static void
satisfied_expectations_pass(void **state)
{
	static const char *const fixtures[] = {
		"schemas: { shop: { comment: sells, privileges: [pg_monitor=usage] }, public: { comment: none, "
		"privileges: [] } }",
		"enums: { shop.state: { labels: [open, paid], comment: of an order, privileges: [] } }",
		"tables: { shop.customers: { comment: none, privileges: [pg_monitor=insert+select], columns: { email: "
		"{ comment: none, privileges: [] } } }, shop.orders: { columns: { note: { comment: by hand } } } }",
		"functions: { shop.me(): { privileges: [public=] }, shop.touch(): { privileges: [] } }",
		"schemas: { shop: { tables: { count: 2, list: [customers, orders], exact: true }, views: { count: 2 }, "
		"functions: { count: 4, list: [me, price, prices, touch()], exact: true } }, other: absent }",
		"extensions: [pgcrypto]",
		"extensions: { pgcrypto: { schema: public }, hstore: absent }",
		"enums: { shop.state: [open, paid], shop.color: absent }",
		"sequences: { shop.numbers: { start: 100, type: int8 } }",
		"functions: { shop.me(): { volatility: stable, returns: int8, security: invoker } }",
		"functions: { 'shop.price(text,decimal, int4[])': { returns: int }, shop.price(varchar): absent }",
		"functions: { shop.prices(): { returns: setof int } }",
		"sequences: { shop.numbers: { start: +0100 } }",
		"views: { shop.open_orders: { materialized: false, definition: \"SELECT id FROM shop.orders WHERE "
		"state = 'open'\" } }",
		"views: { shop.totals: { materialized: true, indexes: { exact: true, totals_customer: { unique: true } "
		"} } }",
		"tables: { shop.orders: { indexes: { orders_note_search: { method: gin, columns: [note gin_trgm_ops] } "
		"} } }",
		"tables: { shop.orders: { indexes: { orders_note_search: { columns: [note public.gin_trgm_ops] } } } }",
		"tables: { shop.orders: { triggers: { paid: { when: OLD.state is distinct from NEW.state } } } }",
		"tables: { shop.nothing: absent, shop.orders: }",
		"tables: { at_least: 2, shop.orders: { columns: { at_least: 5 }, policies: { at_least: 0 } } }",
		"schemas: { at_least: 2, shop: { tables: { at_least: 1 } } }",
		"schemas: { exact: true, public: , 'sh*': { tables: { count: 2 }, comment: sells } }",
		"tables: { exact: true, 'shop.*': { columns: { id: { type: bigint }, '*_id': { nullable: false, "
		"optional: true } } } }",
		"tables: { '*.customers': { columns: { 'n*e': { default: \"'nobody'\" } } }, sh*p.o*: { columns: { "
		"exact: "
		"true, '*': } } }",
		"tables: { shop.*: { row_security: { enabled: true }, except: { shop.customers: 'read by everybody' } "
		"} }",
		"tables: { shop.*: { policies: { at_least: 1 }, except: { shop.cust*: 'read by everybody' } } }",
		"tables: { 'shop.tmp_*': absent, shop.refunds: { optional: true, columns: { id: { type: int } } } }",
		"tables: { shop.tmp_*: { optional: true, row_security: { enabled: true } } }",
		"tables: { shop.orders: { columns: { 'x*': absent, '*': { generated: none }, note: { optional: true, "
		"type: "
		"text } } } }",
		"tables: { shop.orders: { columns: { '*': { nullable: false, except: { note: free, amount: unknown } } "
		"} } }",
		"functions: { shop.price*(*): { language: sql }, 'shop.price(varchar, *)': absent, 'shop.price(text, "
		"*)': { "
		"returns: int4 }, shop.*(): { cost: '100' } }",
		"extensions: { pg*: { schema: public }, exact: true }",
		"enums: { shop.st*: [open, paid] }",
		"tables: { shop.orders: { columns: { nothing: { if: { server: '< 13' } }, note: { if: { server: '>= "
		"13' }, "
		"type: text } }, indexes: [{ columns: [x], if: { server: '< 13' } }] } }",
		"tables: { shop.orders: { columns: { exact: true, count: 5, id: { identity: always }, customer_id: { "
		"nullable: false },"
		" amount: { type: 'decimal(10, 2)', nullable: true }, note: { default: none }, state: { default: "
		"\"'open'\" } } } }",
		"tables: { shop.customers: { columns: { email: { type: varchar(255) }, name: { default: \"'nobody'\" "
		"}, phone: absent } } }",
		"tables: { shop.orders: { primary_key: [id] } }",
		"tables: { shop.orders: { primary_key: { name: orders_pk, columns: [id] }, unique: { count: 0 } } }",
		"tables: { shop.customers: { unique: [{ columns: [email] }] } }",
		"tables: { shop.orders: { foreign_keys: [{ columns: [customer_id], references: 'shop.customers (id)', "
		"on_delete: cascade }] } }",
		"tables: { shop.orders: { checks: { amount_positive: { expression: amount > 0, validated: true }, "
		"exact: true } } }",
		"tables: { shop.orders: { indexes: { list: [{ columns: [customer_id, id DESC], method: btree, valid: "
		"true,"
		" predicate: \"state = 'open'\" }], count: 3 } } }",
		"tables: { shop.orders: { row_security: { enabled: true, forced: false }, policies: { exact: true, "
		"add: { check: 'TRUE' },"
		" own: { command: select, roles: [public], using: customer_id=shop.me(), permissive: true } } } }",
		"tables: { shop.orders: { triggers: { touch: { timing: before, events: [update, insert], level: row, "
		"function: shop.touch } } } }",
	};
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autoptr(CatalogSnapshot) snapshot = make_schema(session);

	for (size_t i = 0; i < G_N_ELEMENTS(fixtures); i++) {
		g_autofree char *problems = problems_of(session, snapshot, fixtures[i]);
		if (problems[0] != '\0')
			fail_msg("%s\n%s", fixtures[i], problems);
	}
}

/* One row for each way in which a database can be other than a fixture says: the check must be able to turn red. */
static const struct {
	const char *fixture;
	const char *problem;
} faults[] = {
	{ "tables: { shop.refunds: { if: { server: '< 13' } } }", "fixture.yaml:1:11: for servers < 13; this one is " },
	{ "if: { server: '< 13' }\ntables: { shop.refunds: }", "fixture.yaml:1:1: for servers < 13; this one is " },
	{ "tables: { shop.refunds: { if: { server: '>= 13' } } }", "table \"shop.refunds\" is missing" },
	{ "rules: { tables_have_primary_key: { if: { server: '< 13' } } }",
	  "fixture.yaml:1:10: for servers < 13; this" },
	{ "tables: { shop.customers: { columns: { exact: true, id: , email: , name: { if: { server: '< 13' } } } } }",
	  "column \"shop.customers.name\" is unexpected" },
	{ "tables: { shop.orders: { indexes: [{ columns: [x], if: { server: '>= 13' } }] } }",
	  "table \"shop.orders\" has no index with { columns: [x] }" },
	{ "schemas: { shop: { tables: { count: 3 } } }",
	  "schema \"shop\" has 2 tables, expected 3; found: customers, orders" },
	{ "schemas: { shop: { tables: { list: [refunds] } } }", "table \"shop.refunds\" is missing" },
	{ "schemas: { shop: { tables: { list: [orders], exact: true } } }",
	  "table \"shop.customers\" is unexpected (exact: true, and it is not listed)" },
	{ "schemas: { shop: absent }", "schema \"shop\" exists, expected it to be absent" },
	{ "schemas: { shops: }", "schema \"shops\" is missing (there is \"shop\")" },
	{ "tables: { at_least: 3 }", "the database has 2 tables, expected at least 3; found: customers, orders" },
	{ "schemas: { at_least: 3 }", "the database has 2 schemas, expected at least 3; found: public, shop" },
	{ "schemas: { shop: { enums: { at_least: 2 } } }",
	  "schema \"shop\" has 1 enum, expected at least 2; found: state" },
	{ "schemas: { sh*: { comment: buys } }", "schema \"shop\": comment is \"sells\", expected \"buys\"" },
	{ "schemas: { kb*: }", "fixture.yaml:1:12: no schema matches \"kb*\" (may that be? write \"optional: true\")" },
	{ "tables: { shop.*: { row_security: { enabled: true } } }",
	  "fixture.yaml:1:46: row security of table \"shop.customers\" is not enabled, expected true" },
	{ "tables: { shop.*_jobs: }", "no table matches \"shop.*_jobs\"" },
	{ "tables: { '*.or*': absent }", "table \"shop.orders\" exists, expected it to be absent" },
	{ "tables: { shop.orders: { optional: true, columns: { note: { type: int } } } }",
	  "column \"shop.orders.note\": type is \"text\", expected \"int\"" },
	{ "tables: { shop.refunds: { optional: false } }", "table \"shop.refunds\" is missing" },
	{ "tables: { exact: true, shop.o*: }", "table \"shop.customers\" is unexpected" },
	{ "tables: { shop.*: { policies: { at_least: 1 }, except: { shop.cust*: x, shop.orders: y } } }",
	  "fixture.yaml:1:73: the exception \"shop.orders\" is not needed any more: remove it" },
	{ "tables: { shop.*: { policies: { at_least: 1 }, except: { shop.customers: x, shop.orderz: y } } }",
	  "the exception \"shop.orderz\" covers nothing: remove it, or correct the name" },
	{ "tables: { exact: true, shop.*: { policies: { at_least: 1 }, except: { shop.customers: x } } }",
	  "table \"shop.customers\" is unexpected" },
	{ "tables: { shop.orders: { columns: { '*_id': { type: int } } } }",
	  "column \"shop.orders.customer_id\": type is \"bigint\", expected \"int\"" },
	{ "tables: { shop.orders: { columns: { '*_at': } } }", "no column matches \"*_at\"" },
	{ "tables: { shop.orders: { columns: { '*': { nullable: false, except: { note: free } } } } }",
	  "column \"shop.orders.amount\": nullable is \"true\", expected \"false\"" },
	{ "functions: { shop.*(*): { language: sql } }",
	  "function \"shop.touch()\": language is \"plpgsql\", expected \"sql\"" },
	{ "functions: { shop.*(int): }", "no function matches \"shop.*(int)\"" },
	{ "functions: { shop.p*(*): absent }",
	  "function \"shop.price(text, numeric, integer[])\" exists, expected it to be absent" },
	{ "tables: { 'shop.\"*\"': }", "table \"shop.\"*\"\" is missing" },
	{ "tables: { shop.orders: { columns: { '\"*\"': } } }", "column \"shop.orders.\"*\"\" is missing" },
	{ "schemas: { exact: true, shop: }", "schema \"public\" is unexpected" },
	{ "schemas: { shop: { comment: buys } }", "schema \"shop\": comment is \"sells\", expected \"buys\"" },
	{ "schemas: { shop: { privileges: [] } }", "schema \"shop\": privileges: + pg_monitor=usage" },
	{ "functions: { shop.me(): { privileges: [] } }", "privileges: + public=" },
	{ "functions: { shop.touch(): { privileges: [public=] } }", "privileges: - public=" },
	{ "tables: { shop.orders: { columns: { note: { comment: none } } } }",
	  "comment is \"by hand\", expected \"none\"" },
	{ "extensions: [hstore]", "extension \"hstore\" is missing" },
	{ "extensions: { pgcrypto: absent }", "extension \"pgcrypto\" exists, expected it to be absent" },
	{ "extensions: { pgcrypto: { schema: shop } }",
	  "extension \"pgcrypto\": schema is \"public\", expected \"shop\"" },
	{ "enums: { shop.state: [paid, open] }",
	  "enum \"shop.state\": labels is \"[open, paid]\", expected \"[paid, open]\"" },
	{ "enums: { shop.stat: [paid] }", "enum \"shop.stat\" is missing (there is \"state\")" },
	{ "sequences: { shop.numbers: { start: 1 } }", "sequence \"shop.numbers\": start is \"100\", expected \"1\"" },
	{ "functions: { shop.me(): { volatility: immutable } }",
	  "function \"shop.me()\": volatility is \"stable\", expected \"immutable\"" },
	{ "functions: { 'shop.price(text, decimal, int[])': absent }",
	  "function \"shop.price(text, numeric, integer[])\" exists, expected it to be absent" },
	{ "schemas: { list: { tables: { count: 99 } } }", "schema \"list\" is missing" },
	{ "functions: { shop.prices(): { returns: int } }", "returns is \"SETOF integer\", expected \"int\"" },
	{ "functions: { shop.me(integer): }", "function \"shop.me(integer)\" is missing" },
	{ "views: { shop.open_orders: { materialized: true } }",
	  "view \"shop.open_orders\": materialized is \"false\", expected \"true\"" },
	{ "tables: { shop.refunds: }", "fixture.yaml:1:11: table \"shop.refunds\" is missing" },
	{ "tables: { shop.orders: absent }", "table \"shop.orders\" exists, expected it to be absent" },
	{ "tables: { exact: true, shop.orders: }", "table \"shop.customers\" is unexpected" },
	{ "views: { shop.open_orders: { definition: SELECT id FROM shop.orders } }",
	  "\n+   WHERE (orders.state = 'open'::shop.state)\n" },
	{ "views: { shop.open_orders: { definition: SELECT ident FROM shop.orders } }",
	  "column \"ident\" does not exist" },
	{ "views: { shop.totals: { indexes: { totals_customer: { unique: false } } } }",
	  "unique is \"true\", expected \"false\"" },
	{ "views: { shop.totals: { indexes: { totals_total: } } }", "index \"shop.totals.totals_total\" is missing" },
	{ "schemas: { shop: { functions: { list: [m] } } }", "function \"shop.m\" is missing" },
	{ "schemas: { shop: { functions: { list: [me], exact: true } } }", "function \"shop.touch()\" is unexpected" },
	{ "tables: { shop.orders: { indexes: { orders_note_search: { columns: [note gist_trgm_ops] } } } }",
	  "columns is \"[note public.gin_trgm_ops]\", expected \"[note gist_trgm_ops]\"" },
	{ "tables: { shop.orders: { indexes: { orders_note_search: { columns: [note] } } } }", "expected \"[note]\"" },
	{ "tables: { shop.orders: { triggers: { paid: { when: OLD.state <> NEW.state } } } }",
	  "when is \"(old.state IS DISTINCT FROM new.state)\", expected \"OLD.state <> NEW.state\"" },
	{ "tables: { shop.orders: { triggers: { touch: { when: 'true' } } } }", "when is \"none\", expected \"true\"" },
	{ "tables: { count: 1, shop.orders: }",
	  "the database has 2 tables, expected 1; not named in the fixture: customers" },
	/* The word is no expression. */
	{ "tables: { shop.customers: { columns: { name: { default: none } } } }",
	  "default is \"'nobody'::text\", expected \"none\"\n" },
	{ "tables: { public.orders: { columns: { id: } } }",
	  "table \"public.orders\" is missing (there is \"shop.orders\")" },
	{ "tables: { shop.orders: { indexes: [{ columns: [note], method: btree, unique: true, predicate: none }] } }",
	  "the nearest is \"shop.orders.orders_note_idx\": unique is" },
	{ "tables: { shop.orders: { indexes: [{ columns: [customer_id], method: hash, predicate: none }] } }",
	  "the nearest is \"shop.orders.orders_customer_idx\": columns is" },
	{ "tables: { shop.orders: { columns: { amont: } } }",
	  "column \"shop.orders.amont\" is missing (there is \"amount\")" },
	{ "tables: { shop.orders: { columns: { note: absent } } }",
	  "column \"shop.orders.note\" exists, expected it to be absent" },
	{ "tables: { shop.orders: { columns: { note: { type: varchar(10) } } } }",
	  "fixture.yaml:1:51: column \"shop.orders.note\": type is \"text\", expected \"varchar(10)\"" },
	{ "tables: { shop.orders: { columns: { note: { type: int, default: '1' } } } }",
	  "fixture.yaml:1:51: column \"shop.orders.note\": type is \"text\", expected \"int\"; and 1 more difference\n"
	  "column \"shop.orders.note\": type is \"text\", expected \"int\"; and 1 more difference\n"
	  "fixture.yaml:1:65: column \"shop.orders.note\": default is \"none\", expected \"1\"" },
	{ "tables: { shop.orders: { columns: { note: { type: txt } } } }",
	  "type is \"text\", expected \"txt\" (the server refuses it: type \"txt\" does not exist; did you mean "
	  "\"text\"?)" },
	{ "tables: { shop.orders: { columns: { note: { nullable: false } } } }",
	  "column \"shop.orders.note\": nullable is \"true\", expected \"false\"" },
	{ "tables: { shop.customers: { columns: { name: { default: \"'somebody'\" } } } }",
	  "default is \"'nobody'::text\", expected \"'somebody'\"" },
	{ "tables: { shop.customers: { columns: { name: { default: none } } } }",
	  "default is \"'nobody'::text\", expected \"none\"" },
	{ "tables: { shop.orders: { columns: { id: { identity: none } } } }",
	  "identity is \"always\", expected \"none\"" },
	{ "tables: { shop.customers: { columns: { exact: true, id: , email: } } }",
	  "column \"shop.customers.name\" is unexpected" },
	{ "tables: { shop.orders: { primary_key: [customer_id] } }",
	  "columns is \"[id]\", expected \"[customer_id]\"" },
	{ "tables: { shop.orders: { primary_key: absent } }", "primary key \"shop.orders.orders_pk\" exists" },
	{ "tables: { shop.orders: { primary_key: { name: pk } } }", "is named \"orders_pk\", expected \"pk\"" },
	{ "tables: { shop.customers: { unique: [{ columns: [name] }] } }",
	  "table \"shop.customers\" has no unique with { columns: [name] }" },
	{ "tables: { shop.orders: { foreign_keys: [{ columns: [customer_id], on_delete: restrict }] } }",
	  "the nearest is \"shop.orders.orders_customer\": on_delete is \"cascade\", expected \"restrict\"" },
	{ "tables: { shop.orders: { foreign_keys: { orders_customer: { references: shop.customers(email) } } } }",
	  "references is \"shop.customers(id)\", expected \"shop.customers(email)\"" },
	{ "tables: { shop.orders: { checks: { amount_positive: { expression: amount >= 0 } } } }",
	  "expression is \"(amount > (0)::numeric)\", expected \"amount >= 0\"" },
	{ "tables: { shop.orders: { indexes: { orders_note_idx: { valid: true } } } }",
	  "index \"shop.orders.orders_note_idx\": valid is \"false\", expected \"true\"" },
	{ "tables: { shop.orders: { indexes: { orders_customer_idx: { unique: true } } } }",
	  "unique is \"false\", expected \"true\"" },
	{ "tables: { shop.orders: { indexes: { exact: true, list: [{ columns: [note] }] } } }",
	  "index \"shop.orders.orders_customer_idx\" is unexpected" },
	{ "tables: { shop.orders: { indexes: [{ columns: [customer_id, id] }] } }",
	  "has no index with { columns: [customer_id, id] }" },
	{ "tables: { shop.orders: { row_security: { forced: true } } }",
	  "row security of table \"shop.orders\" is not forced, expected true" },
	{ "tables: { shop.customers: { row_security: { enabled: true } } }", "is not enabled, expected true" },
	{ "tables: { shop.orders: { row_security: { enabled: false } } }", "is enabled, expected false" },
	{ "tables: { shop.orders: { policies: { exact: true, own: } } }", "policy \"shop.orders.add\" is unexpected" },
	{ "tables: { shop.orders: { policies: { own: { using: customer_id = 2 } } } }",
	  "using is \"(customer_id = shop.me())\", expected \"customer_id = 2\"" },
	{ "tables: { shop.orders: { policies: { own: { using: customer = 2 } } } }",
	  "(the server refuses it: column \"customer\" does not exist)" },
	{ "tables: { shop.orders: { policies: { own: { command: all } } } }",
	  "command is \"select\", expected \"all\"" },
	{ "tables: { shop.orders: { policies: { own: { check: 'true' } } } }", "check is \"none\", expected \"true\"" },
	{ "tables: { shop.orders: { policies: { own: { roles: [postgres] } } } }",
	  "roles is \"[public]\", expected \"[postgres]\"" },
	{ "tables: { shop.orders: { policies: { count: 1 } } }",
	  "table \"shop.orders\" has 2 policies, expected 1; found: add, own" },
	{ "tables: { shop.orders: { triggers: { touch: { timing: after } } } }",
	  "timing is \"before\", expected \"after\"" },
	{ "tables: { shop.orders: { triggers: { touch: { events: [insert] } } } }",
	  "events is \"[insert, update]\", expected \"[insert]\"" },
	{ "tables: { shop.orders: { triggers: { touch: { enabled: disabled } } } }",
	  "enabled is \"origin\", expected \"disabled\"" },
};

static void
failed_expectations_are_named(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autoptr(CatalogSnapshot) snapshot = make_schema(session);

	for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autofree char *problems = problems_of(session, snapshot, faults[i].fixture);
		if (strstr(problems, faults[i].problem) == NULL)
			fail_msg("%s\nexpected: %s\nfound: %s", faults[i].fixture, faults[i].problem, problems);
	}
}

static void
names_that_need_quotes_are_found(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autoptr(GError) error = NULL;

	support_execute(session, "CREATE SCHEMA \"Odd.One\"; CREATE TABLE \"Odd.One\".\"count\" (\"exact\" int, \"a "
	                         "b\" int, \"absent\" text, \"at_least\" int, \"x*\" int, xy text)");
	g_autoptr(CatalogSnapshot) snapshot = catalog_snapshot_read(session, NULL, &error);
	support_check(snapshot != NULL, g_steal_pointer(&error), "snapshot");
	g_autofree char *none = problems_of(session, snapshot,
	                                    "tables: { '\"Odd.One\".count': { columns: { '\"exact\"': { type: integer "
	                                    "}, a b: { type: int }, absent: { type: text }, '\"at_least\"': { "
	                                    "type: int }, '\"x*\"': { type: int }, x*: { except: { xy: other }, "
	                                    "type: int }, xy: { type: text },"
	                                    " exact: true } } }");
	assert_string_equal(none, "");
}

static void
only_what_follows_a_key_may_lack_its_schema(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	static const struct {
		const char *columns;
		bool same;
	} cases[] = {
		{ "[other.low(a) gin_trgm_ops, b gin_trgm_ops]", true },
		{ "[other.low(a) public.gin_trgm_ops, b  gin_trgm_ops]", true },
		{ "[low(a) gin_trgm_ops, b gin_trgm_ops]", false },
		{ "[other.low(a) gin_trgm_ops, b]", false },
		{ "[other.low(a) gin_trgm_ops, b trgm_ops]", false },
		{ "[other.low(a) gin_trgm_ops, b other.gin_trgm_ops]", false },
		{ "[other.low(a) gin_trgm_ops, b gin_trgm_ops DESC]", false },
		{ "[other.low(a) gin_trgm_ops]", false },
	};
	g_autoptr(GError) error = NULL;

	support_execute(session, "CREATE EXTENSION pg_trgm; CREATE SCHEMA other;"
	                         "CREATE FUNCTION other.low(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1';"
	                         "CREATE TABLE t (a text, b text);"
	                         "CREATE INDEX i ON t USING gin (other.low(a) gin_trgm_ops, b gin_trgm_ops)");
	g_autoptr(CatalogSnapshot) snapshot = catalog_snapshot_read(session, NULL, &error);
	support_check(snapshot != NULL, g_steal_pointer(&error), "snapshot");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *fixture = g_strdup_printf("tables: { public.t: { indexes: { i: { columns: %s } } } }",
		                                           cases[i].columns);
		g_autofree char *problems = problems_of(session, snapshot, fixture);
		if ((strstr(problems, "expected") == NULL) != cases[i].same || (*problems == '\0') != cases[i].same)
			fail_msg("%s: %s", cases[i].columns, problems);
	}
}

/* --- Meaning --------------------------------------------------------------- */

static const char *const expressions =
    "CREATE SCHEMA shop; CREATE TYPE shop.state AS ENUM ('open', 'paid');"
    "CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
    "CREATE TABLE shop.orders (id int, role varchar(20) DEFAULT 'user', state shop.state, amount numeric, first text,"
    "  \"Last\" text, payload jsonb, made timestamptz DEFAULT now(),"
    "  twice numeric GENERATED ALWAYS AS (amount * 2) STORED,"
    "  CONSTRAINT role_check CHECK (role IN ('user', 'admin')));"
    "ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;"
    "CREATE POLICY own ON shop.orders USING (id = 1 AND state = 'open') WITH CHECK (id IN (SELECT 1));"
    "CREATE INDEX by_name ON shop.orders (lower(role), (first || ' ' || \"Last\") DESC, id)"
    "  WHERE state = 'open' AND role IN ('user', 'admin');"
    "CREATE INDEX by_kind ON shop.orders ((payload ->> 'kind') text_pattern_ops);"
    "CREATE INDEX by_id ON shop.orders (id DESC NULLS LAST);"
    "CREATE TRIGGER paid AFTER UPDATE ON shop.orders FOR EACH ROW WHEN (OLD.state = 'open' AND NEW.role IN ('a', 'b'))"
    " EXECUTE FUNCTION shop.touch();"
    "CREATE VIEW shop.open AS SELECT id, upper(role) AS role FROM shop.orders WHERE state = 'open';"
    "CREATE TRIGGER seen AFTER UPDATE ON shop.open FOR EACH STATEMENT WHEN (1 = any (ARRAY[1, 2]))"
    " EXECUTE FUNCTION shop.touch();"
    "CREATE MATERIALIZED VIEW shop.totals AS SELECT state, sum(amount) AS total FROM shop.orders GROUP BY state;"
    "CREATE INDEX by_total ON shop.totals ((total * 2)) WHERE state IN ('open', 'paid');";

/* Each as people write it, and then with another meaning. */
static const struct {
	const char *place; /* with one %s */
	const char *same;
	const char *other;
} meanings[] = {
	{ "tables: { shop.orders: { columns: { role: { default: \"%s\" } } } }", "CAST('user' AS varchar)", "'admin'" },
	{ "tables: { shop.orders: { columns: { made: { default: \"%s\" } } } }", "(now())", "now() + '1s'" },
	{ "tables: { shop.orders: { columns: { twice: { generated: \"%s\" } } } }", "amount*2", "amount * 3" },
	{ "tables: { shop.orders: { checks: { role_check: { expression: \"%s\" } } } }", "role in ('user','admin')",
	  "role IN ('user')" },
	{ "tables: { shop.orders: { policies: { own: { using: \"%s\" } } } }", "(id=1) and state = 'open'::shop.state",
	  "id = 1" },
	{ "tables: { shop.orders: { policies: { own: { check: \"%s\" } } } }", "id in (select 1)", "id IN (SELECT 2)" },
	{ "tables: { shop.orders: { indexes: { by_name: { predicate: \"%s\" } } } }",
	  "state='open' and role in ('user', 'admin')", "state = 'paid'" },
	{ "tables: { shop.orders: { indexes: { by_name: { columns: %s } } } }",
	  "[lower(role), \"(first||' '||\\\"Last\\\") DESC\", id]",
	  "[lower(role), \"(first || \\\"Last\\\") DESC\", id]" },
	{ "tables: { shop.orders: { indexes: [{ columns: %s }] } }",
	  "[lower(role::text), \"(first||' '||\\\"Last\\\") DESC\", id]",
	  "[upper(role), \"(first||' '||\\\"Last\\\") DESC\", id]" },
	{ "tables: { shop.orders: { indexes: { by_kind: { columns: [\"%s\"] } } } }",
	  "(payload->>'kind') text_pattern_ops", "(payload->>'kind')" },
	{ "tables: { shop.orders: { indexes: { by_id: { columns: [%s] } } } }", "id desc nulls last", "id desc" },
	{ "tables: { shop.orders: { triggers: { paid: { when: \"%s\" } } } }",
	  "old.state='open' and new.role in ('a','b')", "NEW.state = 'open'" },
	{ "views: { shop.open: { definition: \"%s\" } }",
	  "select id, upper(role) as role from shop.orders where state = 'open'", "SELECT id FROM shop.orders" },
	{ "views: { shop.open: { triggers: { seen: { when: \"%s\" } } } }", "1 in (1, 2)", "1 in (1, 3)" },
	{ "views: { shop.totals: { definition: \"%s\" } }",
	  "select state, sum(amount) total from shop.orders group by 1", "SELECT state FROM shop.orders" },
	{ "views: { shop.totals: { indexes: { by_total: { columns: [\"%s\"] } } } }", "(total*2)", "(total * 3)" },
	{ "views: { shop.totals: { indexes: { by_total: { predicate: \"%s\" } } } }", "state in ('open', 'paid')",
	  "state = 'open'" },
};

static char *
meaning_problems(DbSession *session, const CatalogSnapshot *snapshot, const char *place, const char *text)
{
	g_auto(GStrv) parts = g_strsplit(place, "%s", 2);
	g_autofree char *yaml = g_strconcat(parts[0], text, parts[1], NULL);

	return problems_of(session, snapshot, yaml);
}

static void
expressions_are_compared_by_meaning_in_every_place(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autoptr(GError) error = NULL;

	support_execute(session, expressions);
	g_autoptr(CatalogSnapshot) snapshot = catalog_snapshot_read(session, NULL, &error);
	support_check(snapshot != NULL, g_steal_pointer(&error), "snapshot");
	for (size_t i = 0; i < G_N_ELEMENTS(meanings); i++) {
		g_autofree char *none = meaning_problems(session, snapshot, meanings[i].place, meanings[i].same);
		g_autofree char *some = meaning_problems(session, snapshot, meanings[i].place, meanings[i].other);
		if (none[0] != '\0')
			fail_msg("%s\n%s", meanings[i].place, none);
		/* Nothing that stands behind an expression belongs to its last comment. */
		g_autofree char *remark = g_strconcat(meanings[i].same, " -- as it is", NULL);
		g_autofree char *remarked = remark[0] != '['
		                                ? meaning_problems(session, snapshot, meanings[i].place, remark)
		                                : g_strdup("");
		if (remarked[0] != '\0')
			fail_msg("%s\n%s", meanings[i].place, remarked);
		if (strstr(some, ", expected \"") == NULL && strstr(some, " differs (- expected, + there)") == NULL &&
		    strstr(some, " has no ") == NULL)
			fail_msg("%s\n%s makes no difference: %s", meanings[i].place, meanings[i].other, some);
	}
	/* Nothing of it is left behind. */
	g_autoptr(CatalogSnapshot) after = catalog_snapshot_read(session, NULL, &error);
	g_autofree char *fingerprint = catalog_snapshot_fingerprint(snapshot);
	g_autofree char *fingerprint_after = catalog_snapshot_fingerprint(after);
	assert_string_equal(fingerprint, fingerprint_after);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(satisfied_expectations_pass),
		TEST(failed_expectations_are_named),
		TEST(names_that_need_quotes_are_found),
		TEST(only_what_follows_a_key_may_lack_its_schema),
		TEST(expressions_are_compared_by_meaning_in_every_place),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
