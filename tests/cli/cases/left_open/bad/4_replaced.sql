CREATE OR REPLACE FUNCTION safe.count_invoices() RETURNS bigint LANGUAGE sql SECURITY DEFINER
AS 'SELECT count(*) FROM safe.invoices WHERE paid';
