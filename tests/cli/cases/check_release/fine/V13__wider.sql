ALTER TABLE readings ALTER COLUMN value TYPE bigint; ALTER INDEX stock_place RENAME TO stock_shop_place;
