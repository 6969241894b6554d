up() { echo "ALTER TABLE users ADD COLUMN IF NOT EXISTS email text; UPDATE users SET email = name || '@x';
CREATE INDEX IF NOT EXISTS users_email ON users (email);"; }
