ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON orders USING (allowed(tenant));
