-- Verify books:books on pg

BEGIN;

SELECT id, author_id, title, pages FROM library.books WHERE false;

ROLLBACK;
