-- Both are wanted: nothing is to be replaced.
CREATE FUNCTION discount(cents numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT cents / 20';
