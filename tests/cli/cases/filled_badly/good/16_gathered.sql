ALTER TABLE bill ADD COLUMN settings jsonb NOT NULL DEFAULT '{}';
UPDATE bill SET settings = jsonb_build_object('color', color, 'shape', shape);
ALTER TABLE bill DROP COLUMN color, DROP COLUMN shape;
