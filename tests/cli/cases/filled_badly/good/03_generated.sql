ALTER TABLE person
  ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', first || ' ' || coalesce(last, ''))) STORED;
