CREATE TABLE orders (id int PRIMARY KEY, note text);
GRANT SELECT ON orders TO reader;
