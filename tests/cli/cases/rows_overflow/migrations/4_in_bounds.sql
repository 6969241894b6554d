ALTER TABLE stock ALTER COLUMN amount TYPE smallint;
UPDATE stock SET amount = amount / 2;
