-- Rollback:
--   ALTER TABLE customer DROP COLUMN email;
ALTER TABLE customer ADD COLUMN email text NOT NULL;
