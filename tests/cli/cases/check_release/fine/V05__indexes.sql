CREATE INDEX ON orders (customer_id); CREATE UNIQUE INDEX ON jobs (name);
