ALTER TABLE ware ADD COLUMN cents int, ADD COLUMN kilos int, ADD COLUMN centimetres int, ADD COLUMN n bigint, ADD COLUMN rest numeric;
UPDATE ware SET cents = (price * 100)::int;
ALTER TABLE ware DROP COLUMN price;
-- It says that it rounds.
UPDATE ware SET kilos = round(weight)::int;
ALTER TABLE ware DROP COLUMN weight;
-- The rest is elsewhere.
UPDATE ware SET centimetres = height::int, rest = height - height::int;
ALTER TABLE ware DROP COLUMN height;
UPDATE ware SET n = many::bigint * 2;
ALTER TABLE ware DROP COLUMN many;
