CREATE OR REPLACE FUNCTION safe.count_invoices() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = safe, pg_temp
AS 'SELECT count(*) FROM invoices WHERE paid';
