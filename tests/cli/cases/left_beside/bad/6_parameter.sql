CREATE OR REPLACE FUNCTION fee(cents int, minimum int DEFAULT 50) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT greatest(cents / 10, minimum)';
