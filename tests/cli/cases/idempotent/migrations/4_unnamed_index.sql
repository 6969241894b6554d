CREATE INDEX ON orders (state);
