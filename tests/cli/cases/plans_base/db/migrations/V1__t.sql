CREATE TABLE t (id bigint PRIMARY KEY, a int NOT NULL, b int NOT NULL);
CREATE INDEX by_a ON t (a, b);
