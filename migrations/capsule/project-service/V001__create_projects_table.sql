-- V001__create_projects_table.sql
-- Description: Create projects table
-- Rollback:
--   DROP TABLE projects;
--   DROP FUNCTION update_updated_at_column();

CREATE TABLE IF NOT EXISTS projects (
    id SERIAL PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    description TEXT,
    owner_id INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    CONSTRAINT projects_owner_id_name_key UNIQUE (owner_id, name),
    CONSTRAINT projects_name_check CHECK (btrim(name) <> '')
);

COMMENT ON TABLE projects IS 'Projects of the platform';
COMMENT ON COLUMN projects.owner_id IS
    'users.id in the database of the auth service; no foreign key reaches from one database to another';

CREATE INDEX IF NOT EXISTS idx_projects_owner_created ON projects (owner_id, created_at DESC);

CREATE OR REPLACE FUNCTION update_updated_at_column() RETURNS TRIGGER AS $$
BEGIN
    NEW.updated_at = NOW();
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

DROP TRIGGER IF EXISTS update_projects_updated_at ON projects;
CREATE TRIGGER update_projects_updated_at
    BEFORE UPDATE ON projects
    FOR EACH ROW
    EXECUTE FUNCTION update_updated_at_column();
