CREATE TABLE notes (id int PRIMARY KEY, owner int NOT NULL REFERENCES users);
