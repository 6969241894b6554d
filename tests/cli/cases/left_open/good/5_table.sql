CREATE TABLE safe.reminders (id int PRIMARY KEY, tenant_id int NOT NULL, text text NOT NULL);
GRANT SELECT, INSERT ON safe.reminders TO clerk;
ALTER TABLE safe.reminders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON safe.reminders USING (tenant_id = current_setting('app.tenant', true)::int);
-- Rows of nobody, which everybody may read.
CREATE TABLE safe.countries (id int PRIMARY KEY, name text NOT NULL, paid boolean);
GRANT SELECT ON safe.countries TO clerk;
-- No role but its owner reaches it.
CREATE TABLE safe.counters (tenant_id int PRIMARY KEY, n int NOT NULL);
