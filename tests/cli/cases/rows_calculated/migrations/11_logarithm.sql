ALTER TABLE letter RENAME COLUMN pages TO sheets;
UPDATE letter AS l SET sheets = coalesce(log(2, nullif(l.sheets, 0) / 32), 0);
UPDATE letter SET weight = sqrt(weight);
