ALTER TABLE post ADD COLUMN status text NOT NULL DEFAULT 'draft';
ALTER TABLE post DROP COLUMN is_published;
