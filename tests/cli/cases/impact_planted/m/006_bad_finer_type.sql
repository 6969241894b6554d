SET LOCAL lock_timeout = '2s';
ALTER TABLE customers ALTER COLUMN born TYPE timestamp(3);
