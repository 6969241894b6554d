CREATE SCHEMA shop;
CREATE TYPE shop.state AS ENUM ('open', 'paid');
CREATE TABLE shop.orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state shop.state NOT NULL DEFAULT 'open',
    note text CHECK (note <> 'it''s: "odd" # text')
);
CREATE INDEX ON shop.orders (state, id DESC) WHERE state = 'open';
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON shop.orders FOR SELECT USING (id > 1);
COMMENT ON SCHEMA shop IS 'All that is sold';
COMMENT ON TYPE shop.state IS 'Never goes back';
COMMENT ON COLUMN shop.orders.note IS E'In the words\nof the customer';
COMMENT ON INDEX shop.orders_state_id_idx IS 'For the list of open orders';
GRANT USAGE ON SCHEMA shop TO pg_monitor;
GRANT SELECT, INSERT ON shop.orders TO pg_monitor;
GRANT UPDATE (note) ON shop.orders TO pg_monitor;
