ALTER TABLE letter ADD COLUMN length integer GENERATED ALWAYS AS (length(subject)) STORED;
ALTER TABLE split ADD COLUMN net numeric GENERATED ALWAYS AS (price - tax) STORED, ADD CONSTRAINT net_is_more CHECK (net > 0);
