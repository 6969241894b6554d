-- The users.
CREATE TABLE users (id int PRIMARY KEY);
-- undo
DROP TABLE users;
