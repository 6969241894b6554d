CREATE FUNCTION safe.drop_invoice(number int) RETURNS void LANGUAGE sql SECURITY DEFINER
AS 'DELETE FROM safe.invoices WHERE id = number';
