CREATE TABLE t (a int);
-- pgassay: accept rewrte: small
ALTER TABLE t ALTER a TYPE bigint;
