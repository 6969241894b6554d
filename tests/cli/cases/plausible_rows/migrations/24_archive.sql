-- Rollback:
--   DROP TABLE archive;
CREATE TABLE archive (id serial PRIMARY KEY, seen_at timestamptz NOT NULL);
