-- Rollback:
--   ALTER TABLE hook ALTER COLUMN payload TYPE json USING payload::json;
ALTER TABLE hook ALTER COLUMN payload TYPE varchar(40) USING payload::text::varchar(40);
