CREATE TABLE posts (user_id int REFERENCES users);
