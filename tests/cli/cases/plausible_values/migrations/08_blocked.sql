-- Rollback:
--   ALTER TABLE message DROP COLUMN seen;
--   DROP INDEX message_area;
CREATE UNIQUE INDEX message_area ON message (area);
ALTER TABLE message ADD COLUMN seen boolean NOT NULL;
