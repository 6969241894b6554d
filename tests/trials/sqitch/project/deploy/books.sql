-- Deploy books:books to pg

BEGIN;

CREATE TABLE library.books (
    id serial PRIMARY KEY,
    author_id int NOT NULL REFERENCES library.authors (id),
    title text NOT NULL,
    pages int CHECK (pages > 0)
);
CREATE INDEX books_author ON library.books (author_id);

COMMIT;
