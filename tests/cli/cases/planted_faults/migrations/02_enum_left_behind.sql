CREATE TYPE level AS ENUM ('low', 'high');
ALTER TABLE people ADD COLUMN level level;
