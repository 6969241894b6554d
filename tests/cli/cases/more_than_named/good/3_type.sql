ALTER TABLE diary ALTER COLUMN mood TYPE text USING mood::text;
DROP TYPE mood;
