ALTER TABLE payments ADD COLUMN channel text NOT NULL DEFAULT 'web';
