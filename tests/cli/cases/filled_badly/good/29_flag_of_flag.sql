ALTER TABLE page ADD COLUMN is_visible boolean, ADD COLUMN is_disabled boolean, ADD COLUMN hidden boolean, ADD COLUMN active boolean;
UPDATE page SET is_visible = NOT is_hidden, is_disabled = NOT (page.enabled), hidden = is_hidden;
-- Two things.
UPDATE page SET active = is_public;
