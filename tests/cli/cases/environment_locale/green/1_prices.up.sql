CREATE TABLE prices AS SELECT 1 AS id, to_char(1234.5, 'FM9,999.00') AS label, to_char(date '2026-01-01', 'Month') AS month;
ALTER TABLE prices ADD cost money DEFAULT 1.5::numeric::money;
