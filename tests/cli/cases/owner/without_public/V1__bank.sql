DROP SCHEMA public;
CREATE TABLE account (id int PRIMARY KEY);
GRANT CREATE ON SCHEMA bank TO bookkeeper;
