-- Rollback:
--   ALTER TABLE event ALTER COLUMN payload TYPE text;
ALTER TABLE event ALTER COLUMN payload TYPE jsonb USING payload::jsonb;
