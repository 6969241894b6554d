CREATE EXTENSION citext;
CREATE TABLE accounts (id bigint PRIMARY KEY, owner citext NOT NULL);
