DROP TABLE orders;
DROP TABLE notes;
