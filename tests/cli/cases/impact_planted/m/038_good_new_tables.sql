SET LOCAL lock_timeout = '2s';
CREATE TABLE carts (id bigint PRIMARY KEY);
CREATE TABLE items (id bigint PRIMARY KEY, cart_id bigint REFERENCES carts (id));
CREATE INDEX ON items (cart_id);
INSERT INTO carts SELECT g FROM generate_series(1, 100) g;
ALTER TABLE carts ADD COLUMN token uuid DEFAULT gen_random_uuid();
UPDATE carts SET token = NULL;
