-- migrate:up
CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    body text NOT NULL,
    written timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX notes_by_user ON notes (user_id, written DESC);

-- migrate:down
DROP TABLE notes;
