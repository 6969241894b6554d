-- Rollback:
--   ALTER TABLE town ALTER COLUMN area TYPE text;
ALTER TABLE town ADD COLUMN short varchar(20);
UPDATE town SET short = area;
ALTER TABLE town ALTER COLUMN short SET NOT NULL;
ALTER TABLE town DROP COLUMN area;
ALTER TABLE town RENAME COLUMN short TO area;
