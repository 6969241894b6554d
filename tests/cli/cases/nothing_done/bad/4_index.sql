CREATE INDEX IF NOT EXISTS by_email ON account (lower(email));
