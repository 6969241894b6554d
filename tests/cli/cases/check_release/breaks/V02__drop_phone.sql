ALTER TABLE customers ADD COLUMN mobile text;
ALTER TABLE customers DROP COLUMN phone;
