-- Rollback:
--   DROP TABLE voucher;
CREATE TABLE voucher (id int PRIMARY KEY, code bytea NOT NULL, note text);
