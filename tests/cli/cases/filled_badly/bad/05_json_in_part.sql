ALTER TABLE account ADD COLUMN preferences jsonb;
UPDATE account SET preferences = jsonb_build_object('theme', theme, 'language', language) WHERE theme IS NOT NULL;
ALTER TABLE account DROP COLUMN theme, DROP COLUMN language;
