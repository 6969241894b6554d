-- pgassay: acept rewrite: small
CREATE TABLE t (a int);
