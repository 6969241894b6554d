-- V002__add_project_settings.sql
-- Description: Visibility of a project, and settings as pairs of key and value
-- Rollback:
--   DROP TABLE project_settings;
--   ALTER TABLE projects DROP COLUMN visibility;
--   DROP TYPE project_visibility;

-- CREATE TYPE has no IF NOT EXISTS
DO $$
BEGIN
    CREATE TYPE project_visibility AS ENUM ('private', 'internal', 'public');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END;
$$;

ALTER TABLE projects ADD COLUMN IF NOT EXISTS visibility project_visibility NOT NULL DEFAULT 'private';

CREATE INDEX IF NOT EXISTS idx_projects_public ON projects (name) WHERE visibility = 'public';

CREATE TABLE IF NOT EXISTS project_settings (
    id SERIAL PRIMARY KEY,
    project_id INTEGER NOT NULL,
    key VARCHAR(100) NOT NULL,
    value JSONB NOT NULL,
    is_secret BOOLEAN NOT NULL DEFAULT false,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    CONSTRAINT project_settings_project_id_key_key UNIQUE (project_id, key),
    CONSTRAINT project_settings_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
    CONSTRAINT project_settings_key_check CHECK (key ~ '^[a-z][a-z0-9_.]*$')
);

COMMENT ON TABLE project_settings IS 'Settings of a project';
COMMENT ON COLUMN project_settings.is_secret IS 'Whether the value is left out of logs and of what users see';

CREATE INDEX IF NOT EXISTS idx_project_settings_value ON project_settings USING gin (value);

DROP TRIGGER IF EXISTS update_project_settings_updated_at ON project_settings;
CREATE TRIGGER update_project_settings_updated_at
    BEFORE UPDATE ON project_settings
    FOR EACH ROW
    EXECUTE FUNCTION update_updated_at_column();
