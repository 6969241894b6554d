SET check_function_bodies = off; SET statement_timeout = 1000; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT g FROM g'; RESET ALL;
