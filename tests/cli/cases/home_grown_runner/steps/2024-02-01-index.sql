CREATE INDEX CONCURRENTLY users_id ON users (id);
-- undo
DROP INDEX users_id;
