-- Verify books:isbn on pg

BEGIN;

SELECT isbn FROM library.books WHERE false;

ROLLBACK;
