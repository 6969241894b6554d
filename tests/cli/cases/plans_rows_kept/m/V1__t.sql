CREATE TABLE t (id bigint PRIMARY KEY, a int NOT NULL, b text NOT NULL, at timestamptz NOT NULL);
CREATE INDEX ON t (a, at);
