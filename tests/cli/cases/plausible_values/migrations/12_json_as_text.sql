-- Rollback:
--   ALTER TABLE note ALTER COLUMN payload TYPE json USING payload::json;
ALTER TABLE note ALTER COLUMN payload TYPE text USING payload::text;
