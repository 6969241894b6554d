ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new'; CREATE TABLE states (name text PRIMARY KEY);
