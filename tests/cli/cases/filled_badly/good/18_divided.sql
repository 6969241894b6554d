ALTER TABLE bill ADD COLUMN amount numeric(10,2), ADD COLUMN dozens integer;
UPDATE bill SET amount = cents / 100.0, dozens = cents / 12;
