-- Deploy books:loans to pg

BEGIN;

CREATE TABLE library.loans (
    book_id int NOT NULL REFERENCES library.books (id),
    reader text NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    returned timestamptz,
    PRIMARY KEY (book_id, since)
);
CREATE VIEW library.out AS SELECT b.title, l.reader, l.since FROM library.loans l JOIN library.books b ON b.id = l.book_id WHERE l.returned IS NULL;

COMMIT;
