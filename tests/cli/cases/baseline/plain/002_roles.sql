-- Rollback: ALTER TABLE users DROP COLUMN role;
ALTER TABLE users ADD role varchar(10) NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin'));
