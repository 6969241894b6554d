CREATE SCHEMA billing;
GRANT USAGE ON SCHEMA billing TO accidents_reader;
ALTER TABLE fee SET SCHEMA billing;
