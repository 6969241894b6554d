ALTER TABLE bill ADD COLUMN amount numeric(10,2);
UPDATE bill SET amount = cents / 100;
