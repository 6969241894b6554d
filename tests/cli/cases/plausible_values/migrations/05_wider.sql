-- Rollback:
--   ALTER TABLE place ALTER COLUMN name TYPE varchar(60) USING left(name, 60);
ALTER TABLE place ALTER COLUMN name TYPE varchar(400);
