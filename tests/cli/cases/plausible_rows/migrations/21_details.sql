-- Rollback:
--   DROP TABLE detail;
CREATE TABLE detail (id serial PRIMARY KEY, body text, tags jsonb);
