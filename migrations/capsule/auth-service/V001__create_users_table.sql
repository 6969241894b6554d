-- V001__create_users_table.sql
-- Description: Create users table with basic authentication fields
-- Rollback:
--   DROP TABLE users;
--   DROP FUNCTION update_updated_at_column();

CREATE TABLE IF NOT EXISTS users (
    id SERIAL PRIMARY KEY,
    email VARCHAR(255) UNIQUE NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    name VARCHAR(255) NOT NULL,
    role VARCHAR(50) DEFAULT 'user',
    is_active BOOLEAN DEFAULT true,
    email_verified BOOLEAN DEFAULT false,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

COMMENT ON TABLE users IS 'Accounts of the platform';
COMMENT ON COLUMN users.password_hash IS 'bcrypt';

-- Indexes for the lists of the administration
CREATE INDEX IF NOT EXISTS idx_users_email ON users (email);
CREATE INDEX IF NOT EXISTS idx_users_active ON users (is_active);
CREATE INDEX IF NOT EXISTS idx_users_role ON users (role);

-- Keeps updated_at current, here and in the tables of later migrations
CREATE OR REPLACE FUNCTION update_updated_at_column() RETURNS TRIGGER AS $$
BEGIN
    NEW.updated_at = NOW();
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

DROP TRIGGER IF EXISTS update_users_updated_at ON users;
CREATE TRIGGER update_users_updated_at
    BEFORE UPDATE ON users
    FOR EACH ROW
    EXECUTE FUNCTION update_updated_at_column();

-- First administrator; nobody can sign in with this hash, and production replaces it
INSERT INTO users (email, password_hash, name, role)
VALUES (
    'admin@usecapsule.com',
    '$2b$12$example_hash_replace_in_production',
    'System Administrator',
    'admin'
)
ON CONFLICT (email) DO NOTHING;
