CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    status text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX by_customer ON orders (customer_id, created_at);
CREATE INDEX by_status ON orders (status);
