CREATE TABLE t (id int PRIMARY KEY);
-- long enough to be interrupted, by far
SELECT pg_sleep(60);
