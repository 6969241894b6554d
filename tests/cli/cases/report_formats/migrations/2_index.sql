-- The list of orders is sorted by customer.
CREATE INDEX orders_by_customer ON orders (customer_id, id DESC);
ALTER TABLE orders ADD COLUMN state text;
