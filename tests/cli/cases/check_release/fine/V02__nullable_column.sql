ALTER TABLE customers ADD COLUMN mobile text;
