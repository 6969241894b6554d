CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
GRANT SELECT, INSERT ON users TO auth_app;
