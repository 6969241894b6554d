CREATE TABLE orders (id serial PRIMARY KEY, note text);
CREATE TABLE parts (id smallserial PRIMARY KEY, note text);

CREATE ROLE clerk NOLOGIN;
CREATE SCHEMA safe;
GRANT USAGE ON SCHEMA safe TO clerk;
CREATE TABLE safe.invoices (id int PRIMARY KEY, tenant_id int NOT NULL, paid boolean);
ALTER TABLE safe.invoices ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON safe.invoices USING (tenant_id = current_setting('app.tenant', true)::int AND paid IS NOT NULL);
GRANT SELECT, INSERT, UPDATE, DELETE ON safe.invoices TO clerk;

CREATE FUNCTION safe.count_invoices() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = safe, pg_temp
AS 'SELECT count(*) FROM invoices';

CREATE TABLE lines (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders);
CREATE TABLE person (id int PRIMARY KEY, given text, family text);

CREATE TABLE coupon (id int PRIMARY KEY, cents int);
CREATE FUNCTION safe.wipe(n int) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = safe, pg_temp AS 'DELETE FROM invoices WHERE id = n';
REVOKE EXECUTE ON FUNCTION safe.wipe(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION safe.wipe(int) TO clerk;
CREATE FUNCTION safe.now_paid(n int) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = safe, pg_temp AS 'SELECT paid FROM invoices WHERE id = n';
