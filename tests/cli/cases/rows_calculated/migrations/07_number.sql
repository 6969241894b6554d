ALTER TABLE split ADD COLUMN size_bytes bigint;
UPDATE "split" SET size_bytes = CAST(size AS bigint);
