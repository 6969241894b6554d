SET lock_timeout = '500ms';
ALTER TABLE orders ADD COLUMN more text;
