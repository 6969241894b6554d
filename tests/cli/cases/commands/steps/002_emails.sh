up() { echo "ALTER TABLE users ADD COLUMN email text; CREATE INDEX users_email ON users (email);"; }
down() { echo "ALTER TABLE users DROP COLUMN email;"; }
