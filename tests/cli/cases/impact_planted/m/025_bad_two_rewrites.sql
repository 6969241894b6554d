SET LOCAL lock_timeout = '2s';
ALTER TABLE logs ALTER COLUMN at TYPE timestamptz(3);
ALTER TABLE logs ALTER COLUMN line TYPE varchar(100000);
