ALTER TABLE person ADD COLUMN sort_name text NOT NULL GENERATED ALWAYS AS (lower(family) || ', ' || coalesce(given, '')) STORED;
