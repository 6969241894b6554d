-- deploy email

BEGIN;

ALTER TABLE customers ADD COLUMN email text;
ALTER TABLE customers ADD CONSTRAINT email_once UNIQUE (email) DEFERRABLE INITIALLY DEFERRED;

COMMIT;
