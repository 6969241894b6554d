CREATE TABLE notes (
    id int PRIMARY KEY,
    owner int NOT NULL,
    shared boolean NOT NULL DEFAULT false
);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY notes_seen ON notes FOR SELECT
    USING (shared OR owner = nullif(current_setting('app.user_id', true), '')::int);
CREATE POLICY notes_own ON notes
    USING (owner = nullif(current_setting('app.user_id', true), '')::int);
GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO notes_app;
GRANT SELECT ON notes TO notes_guest;
