CREATE INDEX customers_tenant_idx ON customers (tenant);
CREATE VIEW tenant_seven AS SELECT id, email FROM customers WHERE tenant = 7;
