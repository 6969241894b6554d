-- Rollback:
--   ALTER TABLE visit DROP COLUMN day;
ALTER TABLE visit ADD COLUMN day date;
UPDATE visit SET day = date_trunc('day', seen_at);
ALTER TABLE visit ALTER COLUMN day SET NOT NULL;
