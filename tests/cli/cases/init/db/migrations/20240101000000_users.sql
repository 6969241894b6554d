-- migrate:up
CREATE TYPE role AS ENUM ('user', 'admin');
CREATE TABLE users (id int PRIMARY KEY, role role NOT NULL DEFAULT 'user');
GRANT SELECT ON users TO reporting;

-- migrate:down
DROP TABLE users;
DROP TYPE role;
