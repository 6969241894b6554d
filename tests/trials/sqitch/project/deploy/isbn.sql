-- Deploy books:isbn to pg

BEGIN;

ALTER TABLE library.books ADD COLUMN isbn text CHECK (isbn ~ '^[0-9]{13}$');
CREATE UNIQUE INDEX books_isbn ON library.books (isbn);

COMMIT;
