CREATE TABLE kept (what text, chance float);
INSERT INTO kept SELECT 'from the migration', random();
SELECT pg_sleep(0.2);
