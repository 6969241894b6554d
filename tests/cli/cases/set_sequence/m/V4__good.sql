ALTER TABLE ticket ALTER COLUMN id RESTART WITH 100000;
SELECT setval(pg_get_serial_sequence('bill', 'id'), coalesce(max(id), 0) + 1, false) FROM bill;
-- Its author knows that there are ten.
SELECT setval(pg_get_serial_sequence('event', 'id'), 11, false);
