DROP FUNCTION price(int);
CREATE FUNCTION price(a int, currency text) RETURNS int LANGUAGE sql AS 'SELECT a * 2';
