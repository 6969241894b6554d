ALTER TABLE person ADD COLUMN sort_name text NOT NULL GENERATED ALWAYS AS (coalesce(lower(family), '') || ', ' || coalesce(given, '')) STORED,
  ADD COLUMN may_be text GENERATED ALWAYS AS (upper(family)) STORED;
CREATE TABLE pair (a int CHECK (a IS NOT NULL), b int NOT NULL, c int NOT NULL GENERATED ALWAYS AS (a + b) STORED);
