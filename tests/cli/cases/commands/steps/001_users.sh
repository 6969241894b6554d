up() { echo "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);"; }
down() { echo "DROP TABLE users;"; }
