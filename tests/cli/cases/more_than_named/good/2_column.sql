DROP VIEW book_list;
ALTER TABLE book DROP COLUMN shelf;
CREATE VIEW book_list AS SELECT id, title FROM book;
