CREATE TABLE shop.limits (n int);
INSERT INTO shop.limits VALUES (10);
CREATE FUNCTION shop.allowed(int) RETURNS bool LANGUAGE sql AS 'SELECT $1 <= (SELECT max(n) FROM shop.limits)';
CREATE TABLE shop.prices (cents int CHECK (shop.allowed(cents)));
INSERT INTO shop.prices VALUES (10);
