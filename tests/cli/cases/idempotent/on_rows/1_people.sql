CREATE TABLE IF NOT EXISTS people (id int PRIMARY KEY, name text);
