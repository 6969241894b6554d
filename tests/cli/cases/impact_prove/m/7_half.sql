SET lock_timeout = '1s';
CREATE TABLE left_behind ();
COMMIT;
ALTER TABLE orders DROP COLUMN text;
