ALTER TABLE people ADD COLUMN name text;
UPDATE people SET name = first_name || ' ' || coalesce(last_name, '');
ALTER TABLE people DROP COLUMN first_name;
