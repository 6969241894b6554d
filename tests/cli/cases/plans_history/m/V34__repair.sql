CREATE INDEX parts_order_idx ON parts (order_id);
