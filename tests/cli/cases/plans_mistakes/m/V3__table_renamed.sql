CREATE TABLE note (id bigint PRIMARY KEY);

ALTER TABLE orders RENAME TO purchases;
