-- a kill leaves half of it
CREATE INDEX CONCURRENTLY tags_id ON tags (id);
