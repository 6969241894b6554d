CREATE TABLE task (id int PRIMARY KEY, due date);
