ALTER TABLE stock ADD COLUMN day date NOT NULL DEFAULT '2026-01-01';
DROP INDEX stock_place;
CREATE UNIQUE INDEX stock_place_day ON stock (shop, place, day);
