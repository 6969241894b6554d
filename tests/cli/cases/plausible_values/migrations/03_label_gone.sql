-- Rollback:
--   ALTER TABLE risk ALTER COLUMN level TYPE text;
--   DROP TYPE level;
--   CREATE TYPE level AS ENUM ('low', 'middle', 'high');
--   ALTER TABLE risk ALTER COLUMN level TYPE level USING level::level;
ALTER TABLE risk ALTER COLUMN level TYPE text;
UPDATE risk SET level = 'low' WHERE level = 'middle';
DROP TYPE level;
CREATE TYPE level AS ENUM ('low', 'high');
ALTER TABLE risk ALTER COLUMN level TYPE level USING level::level;
