ALTER TABLE item ADD COLUMN note text, ADD COLUMN IF NOT EXISTS price numeric(12,2);
