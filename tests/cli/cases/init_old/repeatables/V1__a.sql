CREATE TABLE sets (id int PRIMARY KEY, size int);
