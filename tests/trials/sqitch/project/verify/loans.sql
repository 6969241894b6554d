-- Verify books:loans on pg

BEGIN;

SELECT title, reader, since FROM library.out WHERE false;

ROLLBACK;
