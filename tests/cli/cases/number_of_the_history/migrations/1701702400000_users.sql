-- Up Migration
CREATE TABLE users (id int PRIMARY KEY, guid uuid NOT NULL DEFAULT gen_random_uuid());
-- Down Migration
DROP TABLE users;
