CREATE TABLE jobs (id bigint PRIMARY KEY, title text NOT NULL, done boolean DEFAULT false);
CREATE INDEX jobs_done_idx ON jobs (done);
CREATE TABLE sessions (id uuid PRIMARY KEY);
