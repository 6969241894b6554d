ALTER TABLE bill ADD COLUMN enabled boolean NOT NULL DEFAULT false, ADD COLUMN is_archived boolean NOT NULL DEFAULT true;
UPDATE bill SET enabled = true WHERE deactivated_at IS NOT NULL;
UPDATE bill SET is_archived = false WHERE bill.archived_at IS NOT NULL;
