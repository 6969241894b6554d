"""A shop: what it sells, who buys, twelve topics of a year."""

NAME = "shop"

FIRST = """
CREATE SCHEMA shop;
CREATE TYPE shop.state AS ENUM ('open', 'paid');
CREATE TABLE shop.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, name text);
CREATE TABLE shop.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES shop.customers (id), total numeric(10,2) NOT NULL DEFAULT 0 CHECK (total >= 0),
  state shop.state NOT NULL DEFAULT 'open', note text);
CREATE INDEX orders_customer ON shop.orders (customer_id) WHERE state = 'open';
CREATE FUNCTION shop.me() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT 1::bigint $$;
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON shop.orders FOR SELECT USING (customer_id = shop.me());
CREATE TABLE shop.old_carts (id bigint PRIMARY KEY, customer_id bigint);
"""


def monthly(month):
    """Three migrations of a month: a table with all that belongs to it, a change of it, a rename."""
    name = f"topic_{month}"
    customers = "customers" if month == 1 else "clients"
    me = "me" if month <= 8 else "current_client"
    create = f"""
        CREATE TABLE shop.{name} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          customer_id bigint NOT NULL CONSTRAINT {name}_customer REFERENCES shop.{customers} (id) ON DELETE CASCADE,
          title text NOT NULL, size int CHECK (size > 0), created_at timestamptz NOT NULL DEFAULT now());
        CREATE INDEX {name}_by_customer ON shop.{name} (customer_id, created_at DESC);
        ALTER TABLE shop.{name} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON shop.{name} USING (customer_id = shop.{me}()) WITH CHECK (customer_id = shop.{me}())"""
    change = f"""
        ALTER TABLE shop.{name} ADD COLUMN updated_at timestamptz;
        ALTER TABLE shop.{name} ALTER COLUMN title TYPE varchar(200);
        CREATE FUNCTION shop.stamp_{month}() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
        CREATE TRIGGER stamp BEFORE UPDATE OF title ON shop.{name} FOR EACH ROW
          WHEN (OLD.title IS DISTINCT FROM NEW.title) EXECUTE FUNCTION shop.stamp_{month}()"""
    rename = [
        f"ALTER TABLE shop.{name} RENAME COLUMN size TO weight; ALTER INDEX shop.{name}_by_customer RENAME TO {name}_recent",
        f"ALTER TABLE shop.{name} RENAME TO subject_{month}",
        f"ALTER POLICY own ON shop.{name} RENAME TO mine; ALTER FUNCTION shop.stamp_{month}() RENAME TO touch_{month}",
        f"DROP TABLE shop.{name}; DROP FUNCTION shop.stamp_{month}()",
    ][month % 4]
    return [create, change, rename]


SINGLE = [
    "ALTER TABLE shop.orders RENAME COLUMN total TO amount",
    "ALTER TABLE shop.customers RENAME TO clients",
    "ALTER INDEX shop.orders_customer RENAME TO orders_client",
    "ALTER TABLE shop.orders RENAME COLUMN customer_id TO client_id; ALTER TABLE shop.orders ADD COLUMN placed_at date",
    "ALTER TYPE shop.state ADD VALUE 'lost'",
    "DROP TABLE shop.old_carts",
    "CREATE VIEW shop.open AS SELECT id, client_id FROM shop.orders WHERE state = 'open'",
    "CREATE OR REPLACE FUNCTION shop.me() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('shop.me', true), '')::bigint $$",
    "ALTER TABLE shop.orders ALTER COLUMN amount TYPE numeric(12,2); ALTER TABLE shop.orders DROP COLUMN note",
    "ALTER TYPE shop.state RENAME TO order_state",
    "ALTER POLICY own ON shop.orders RENAME TO mine",
    "CREATE SCHEMA audit; CREATE TABLE audit.events (id bigint PRIMARY KEY, what text NOT NULL)",
    "ALTER VIEW shop.open RENAME TO open_orders",
    "ALTER TABLE audit.events SET SCHEMA shop; DROP SCHEMA audit",
    "ALTER FUNCTION shop.me() RENAME TO current_client; GRANT SELECT ON shop.orders TO pg_monitor",
    "CREATE MATERIALIZED VIEW shop.sums AS SELECT client_id, sum(amount) AS total FROM shop.orders GROUP BY 1",
    "CREATE UNIQUE INDEX sums_client ON shop.sums (client_id)",
    "ALTER TABLE shop.clients ADD COLUMN phone text, DROP COLUMN name",
    "ALTER TABLE shop.clients RENAME CONSTRAINT customers_email_key TO one_email",
    "ALTER SEQUENCE shop.orders_id_seq INCREMENT 10",
    "CREATE SEQUENCE shop.invoices; COMMENT ON TABLE shop.clients IS 'who buys'",
    "ALTER TABLE shop.orders FORCE ROW LEVEL SECURITY; CREATE DOMAIN shop.code AS text CHECK (VALUE <> '')",
    "ALTER TABLE shop.orders ADD COLUMN code shop.code; CREATE UNIQUE INDEX one_code ON shop.orders (code) WHERE code IS NOT NULL",
    "ALTER TABLE shop.subject_1 RENAME COLUMN title TO headline",
]

# Faults in original objects, in renamed ones, and in later ones.
FAULTS = [
    "ALTER TABLE shop.orders ADD COLUMN forgotten text",
    "ALTER TABLE shop.orders ALTER COLUMN amount DROP NOT NULL",
    "ALTER TABLE shop.orders ALTER COLUMN amount SET DEFAULT 1",
    "ALTER TABLE shop.orders DROP CONSTRAINT orders_total_check",
    "DROP INDEX shop.orders_client; CREATE INDEX orders_client ON shop.orders (client_id)",
    "ALTER POLICY mine ON shop.orders USING (true)",
    "CREATE POLICY all_of_it ON shop.orders USING (true)",
    "ALTER TABLE shop.orders NO FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON shop.orders TO public",
    "CREATE OR REPLACE FUNCTION shop.current_client() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT 1::bigint $$",
    "ALTER FUNCTION shop.current_client() SECURITY DEFINER",
    "ALTER TABLE shop.clients DROP CONSTRAINT one_email",
    "ALTER TABLE shop.events SET UNLOGGED",
    "ALTER TABLE shop.clients ALTER COLUMN phone SET NOT NULL",
    "ALTER TYPE shop.order_state ADD VALUE 'stolen'",
    "ALTER SEQUENCE shop.invoices CYCLE",
    "DROP INDEX shop.sums_client; CREATE INDEX sums_client ON shop.sums (client_id)",
    "CREATE OR REPLACE VIEW shop.open_orders AS SELECT id, client_id FROM shop.orders",
    "DROP INDEX shop.one_code; CREATE UNIQUE INDEX one_code ON shop.orders (code)",
    "ALTER DOMAIN shop.code SET NOT NULL",
    "ALTER TABLE shop.subject_1 ALTER COLUMN updated_at TYPE timestamp",
    "ALTER TABLE shop.subject_1 DISABLE TRIGGER stamp",
    "ALTER TABLE shop.subject_5 DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE shop.subject_5 DROP CONSTRAINT topic_5_customer",
    "ALTER TABLE shop.subject_9 DROP CONSTRAINT topic_9_customer, ADD CONSTRAINT topic_9_customer FOREIGN KEY (customer_id)"
    " REFERENCES shop.clients (id) ON DELETE CASCADE NOT VALID",
    "ALTER TABLE shop.topic_4 ALTER COLUMN weight TYPE bigint",
    "DROP INDEX shop.topic_4_recent",
    "DROP TRIGGER stamp ON shop.topic_6; CREATE TRIGGER stamp BEFORE UPDATE ON shop.topic_6 FOR EACH ROW"
    " EXECUTE FUNCTION shop.touch_6()",
    "ALTER POLICY mine ON shop.topic_10 WITH CHECK (true)",
    "ALTER POLICY mine ON shop.topic_2 TO pg_monitor",
    "CREATE OR REPLACE FUNCTION shop.touch_2() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "ALTER TABLE shop.topic_12 ADD COLUMN again text; CREATE INDEX again ON shop.topic_12 (again)",
    "CREATE TABLE shop.topic_13 (id int)",
    "DROP TABLE shop.topic_8",
]
HARMLESS = [
    "INSERT INTO shop.clients (email) VALUES ('a@b'); ANALYZE shop.clients",
    "ALTER INDEX shop.one_code RENAME TO other; ALTER INDEX shop.other RENAME TO one_code",
    "DROP VIEW shop.open_orders; CREATE VIEW shop.open_orders AS SELECT id, client_id FROM shop.orders WHERE state = 'open'",
]


def history():
    """All sixty: five a month."""
    for month in range(1, 13):
        yield from monthly(month)
        yield from SINGLE[2 * month - 2 : 2 * month]
