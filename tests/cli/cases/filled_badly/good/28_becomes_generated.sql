-- The old ones are kept.
ALTER TABLE product ADD COLUMN gross_typed int;
UPDATE product SET gross_typed = gross WHERE gross IS NOT NULL;
ALTER TABLE product DROP COLUMN gross, ADD COLUMN gross int GENERATED ALWAYS AS (net * 119 / 100) STORED;
-- What a trigger calculated, the expression calculates, too.
DROP TRIGGER slug ON product;
ALTER TABLE product DROP COLUMN slug, ADD COLUMN slug text GENERATED ALWAYS AS (lower(name)) STORED;
ALTER TABLE product DROP COLUMN words, ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', name)) STORED;
ALTER TABLE product ALTER fee SET DEFAULT 0;
