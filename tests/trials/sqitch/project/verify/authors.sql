-- Verify books:authors on pg

BEGIN;

SELECT id, name, born FROM library.authors WHERE false;

ROLLBACK;
