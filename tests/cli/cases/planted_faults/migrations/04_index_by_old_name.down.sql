DROP INDEX IF EXISTS people_name;
CREATE INDEX people_name ON people (last_name);
