-- V003__add_user_profiles.sql
-- Description: What a user shows to others, apart from the account
-- Rollback: DROP VIEW active_user_profiles; DROP TABLE user_profiles;

CREATE TABLE IF NOT EXISTS user_profiles (
    user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    display_name VARCHAR(255) NOT NULL,
    bio TEXT,
    company VARCHAR(255),
    avatar_url TEXT,
    social_links JSONB NOT NULL DEFAULT '{}',
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    CONSTRAINT user_profiles_bio_check CHECK (char_length(bio) <= 1000),
    CONSTRAINT user_profiles_avatar_url_check CHECK (avatar_url ~ '^https://'),
    CONSTRAINT user_profiles_social_links_check CHECK (jsonb_typeof(social_links) = 'object')
);

COMMENT ON TABLE user_profiles IS 'Public profile of a user';

CREATE INDEX IF NOT EXISTS idx_user_profiles_display_name ON user_profiles (lower(display_name));

DROP TRIGGER IF EXISTS update_user_profiles_updated_at ON user_profiles;
CREATE TRIGGER update_user_profiles_updated_at
    BEFORE UPDATE ON user_profiles
    FOR EACH ROW
    EXECUTE FUNCTION update_updated_at_column();

-- Who was here before gets a profile with the name of the account
INSERT INTO user_profiles (user_id, display_name)
SELECT id, name
FROM users
ON CONFLICT (user_id) DO NOTHING;

CREATE OR REPLACE VIEW active_user_profiles AS
SELECT p.user_id, p.display_name, p.bio, p.company, p.avatar_url
FROM user_profiles p
JOIN users u ON u.id = p.user_id
WHERE u.is_active;

COMMENT ON VIEW active_user_profiles IS 'Profiles that may be shown: those of active users';
