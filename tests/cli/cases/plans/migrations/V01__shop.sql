CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    status text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE TABLE notes (id int);
CREATE INDEX orders_open_idx ON orders (created_at) WHERE status = 'open';
CREATE INDEX orders_customer_idx ON orders (customer_id, created_at DESC);
CREATE INDEX orders_twin_idx ON orders (customer_id, created_at);
CREATE INDEX orders_status_idx ON orders (status);
