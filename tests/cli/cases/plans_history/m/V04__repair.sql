CREATE INDEX orders_code_idx ON orders (code);
