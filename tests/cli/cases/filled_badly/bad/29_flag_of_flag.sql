ALTER TABLE page ADD COLUMN is_visible boolean, ADD COLUMN is_disabled boolean, ADD COLUMN hidden boolean;
UPDATE page SET is_visible = is_hidden, is_disabled = page.enabled, hidden = NOT is_hidden;
