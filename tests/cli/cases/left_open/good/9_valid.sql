ALTER TABLE coupon VALIDATE CONSTRAINT coupon_cents;
DROP FUNCTION safe.wipe(int);
CREATE FUNCTION safe.wipe(n int) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = safe, pg_temp AS 'DELETE FROM invoices WHERE id = n AND paid';
GRANT EXECUTE ON FUNCTION safe.wipe(int) TO clerk;
REVOKE EXECUTE ON FUNCTION safe.wipe(int) FROM PUBLIC;
-- Everybody may call it from the beginning.
DROP FUNCTION safe.now_paid(int);
CREATE FUNCTION safe.now_paid(n int) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = safe, pg_temp AS 'SELECT NOT paid FROM invoices WHERE id = n';
