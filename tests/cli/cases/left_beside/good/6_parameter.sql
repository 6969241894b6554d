-- Another call, even with one argument.
CREATE OR REPLACE FUNCTION fee(cents int, minimum int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT greatest(cents / 10, minimum)';
CREATE OR REPLACE FUNCTION fee(shop text, minimum int DEFAULT 50) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT minimum';
