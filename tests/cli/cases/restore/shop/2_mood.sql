ALTER TABLE customers DROP COLUMN mood;
DROP TYPE mood;
