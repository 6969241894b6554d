-- Rollback:
--   DROP TABLE visit;
CREATE TABLE visit (id serial PRIMARY KEY, page text, seen_at timestamptz DEFAULT now());
