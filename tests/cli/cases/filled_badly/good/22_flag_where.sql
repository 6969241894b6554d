ALTER TABLE bill ADD COLUMN enabled boolean NOT NULL DEFAULT false, ADD COLUMN is_archived boolean NOT NULL DEFAULT true;
UPDATE bill SET enabled = true WHERE deactivated_at IS NULL;
UPDATE bill SET is_archived = false WHERE archived_at IS NULL;
