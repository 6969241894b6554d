CREATE TABLE prices AS SELECT 1 AS id, to_char(1234.5, 'FM9G999D00') AS label;
ALTER TABLE prices ADD cost money DEFAULT '1.50';
