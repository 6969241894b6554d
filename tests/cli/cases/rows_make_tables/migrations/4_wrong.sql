-- Rollback:
--   DROP TABLE p_1;
ALTER TABLE q ADD COLUMN b int;
