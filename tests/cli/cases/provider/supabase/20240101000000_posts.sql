CREATE TABLE posts (id int PRIMARY KEY, author uuid NOT NULL REFERENCES auth.users (id));
ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON posts USING (author = auth.uid());
