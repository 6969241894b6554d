CREATE INDEX orders_state_idx ON shop.orders (state);
