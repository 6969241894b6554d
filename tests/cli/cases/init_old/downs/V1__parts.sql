CREATE TABLE parts (id int PRIMARY KEY, name text);
