DROP FUNCTION discount(int);
DROP FUNCTION discount(numeric);
CREATE OR REPLACE FUNCTION discount(cents bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT cents / 20';
