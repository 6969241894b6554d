ALTER TABLE part ADD deleted_at timestamptz;
ALTER TABLE part DROP CONSTRAINT part_sku;
CREATE UNIQUE INDEX part_sku ON part (sku) WHERE deleted_at IS NULL;
