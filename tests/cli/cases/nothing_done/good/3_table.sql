-- The same again changes nothing, and nothing is lost.
CREATE TABLE IF NOT EXISTS visit (id serial PRIMARY KEY, page text);
