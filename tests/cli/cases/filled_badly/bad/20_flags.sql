ALTER TABLE bill ADD COLUMN is_active boolean, ADD COLUMN archived boolean;
UPDATE bill SET is_active = deactivated_at IS NOT NULL, archived = (bill.archived_at IS NULL);
