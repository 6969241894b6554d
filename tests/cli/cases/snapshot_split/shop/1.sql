CREATE TABLE orders (id int PRIMARY KEY);
CREATE TABLE "Odd.Name" ("A" int);
CREATE FUNCTION touch(uuid, a text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE state AS ENUM ('new');
