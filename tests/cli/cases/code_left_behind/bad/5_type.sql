ALTER TABLE job ALTER COLUMN priority DROP DEFAULT;
ALTER TYPE priority RENAME TO priority_old;
CREATE TYPE priority AS ENUM ('low', 'middle', 'high');
ALTER TABLE job ALTER COLUMN priority TYPE priority USING priority::text::priority;
DROP TYPE priority_old;
