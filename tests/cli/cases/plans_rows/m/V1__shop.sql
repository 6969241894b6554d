CREATE TABLE customers (id uuid PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    status text NOT NULL,
    total numeric NOT NULL CHECK (total > 0),
    created_at timestamptz NOT NULL
);
CREATE INDEX open_orders ON orders (created_at) WHERE status = 'open';
CREATE INDEX by_customer ON orders (customer_id);
