DROP FUNCTION safe.wipe(int);
CREATE FUNCTION safe.wipe(n int) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = safe, pg_temp AS 'DELETE FROM invoices WHERE id = n AND paid';
GRANT EXECUTE ON FUNCTION safe.wipe(int) TO clerk;
