CREATE OR REPLACE VIEW late AS SELECT id, tenant, customer_id, code, status, created_at, total, net FROM orders WHERE lower(status) = 'late';
