SET LOCAL lock_timeout = '1s';
-- pgassay: accept rewrite: a table of some rows until 2999-12-31
ALTER TABLE roles ALTER COLUMN id TYPE bigint;
ALTER TABLE orders ADD COLUMN note text;
