ALTER SEQUENCE parts_id_seq AS integer;

CREATE FUNCTION safe.drop_invoice(number int) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = ''
AS 'DELETE FROM safe.invoices WHERE id = number';
-- Only its owner may call it.
CREATE FUNCTION safe.drop_all() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM safe.invoices';
REVOKE EXECUTE ON FUNCTION safe.drop_all() FROM PUBLIC;
-- With the rights of whoever calls it.
CREATE FUNCTION safe.twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n';
