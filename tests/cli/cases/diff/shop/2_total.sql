ALTER TABLE orders ADD COLUMN total numeric(10,2) NOT NULL DEFAULT 0;
CREATE INDEX orders_total_idx ON orders (total DESC) WHERE note IS NOT NULL;
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
