CREATE TABLE fresh (a int);
ALTER TABLE fresh ADD b int;
