CREATE TABLE task (id int PRIMARY KEY, due date);
-- A role that only reads need not read everything.
GRANT SELECT, INSERT, UPDATE, DELETE ON task TO desk_app;
