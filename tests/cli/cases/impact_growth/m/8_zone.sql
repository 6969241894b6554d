ALTER TABLE orders ALTER placed TYPE timestamptz;
