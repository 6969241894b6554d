ALTER TABLE orders ALTER COLUMN code TYPE uuid USING md5(code)::uuid;
