CREATE TABLE visits (id bigint PRIMARY KEY, at timestamptz);
CREATE INDEX CONCURRENTLY visits_at ON visits (at);
