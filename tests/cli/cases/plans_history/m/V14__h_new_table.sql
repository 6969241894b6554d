CREATE TABLE audit (id bigint PRIMARY KEY, what text); CREATE INDEX ON audit (what);
