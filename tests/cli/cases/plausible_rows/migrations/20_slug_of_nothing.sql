-- Rollback:
--   ALTER TABLE visit DROP COLUMN slug;
ALTER TABLE visit ADD COLUMN slug text;
UPDATE visit SET slug = lower(page);
ALTER TABLE visit ALTER COLUMN slug SET NOT NULL;
