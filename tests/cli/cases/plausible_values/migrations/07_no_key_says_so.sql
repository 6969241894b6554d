-- Rollback:
--   ALTER TABLE part DROP COLUMN area;
ALTER TABLE part ADD COLUMN area text;
UPDATE part SET area = m.area FROM message m WHERE m.id = part.message_id;
ALTER TABLE part ALTER COLUMN area SET NOT NULL;
