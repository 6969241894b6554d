CREATE INDEX import_jobs_customer ON shop.import_jobs (customer_id);
CREATE TABLE shop.export_jobs (
  id bigint PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES shop.customers,
  state text NOT NULL DEFAULT 'open',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX export_jobs_customer ON shop.export_jobs (customer_id);
CREATE TABLE shop.settings (key text PRIMARY KEY, value jsonb);
ALTER TABLE shop.import_jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.export_jobs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON shop.import_jobs USING (customer_id = 1);
CREATE POLICY own ON shop.export_jobs USING (customer_id = 1);
