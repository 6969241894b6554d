CREATE TABLE schema_migrations (id int);
-- undo
DROP TABLE schema_migrations;
