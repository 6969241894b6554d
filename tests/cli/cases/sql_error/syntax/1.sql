CREATE TABLE t (id int);
-- a comment; with a semicolon
CREATE TABEL u (id int);
