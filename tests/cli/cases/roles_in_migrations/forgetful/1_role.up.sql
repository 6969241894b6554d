CREATE ROLE shop_app; CREATE TABLE orders (id int PRIMARY KEY); GRANT SELECT ON orders TO shop_app;
