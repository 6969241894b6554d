CREATE TABLE a_jobs (id int PRIMARY KEY, note varchar(9));
CREATE TABLE b_jobs (id int, note text);
CREATE EXTENSION pgcrypto;
