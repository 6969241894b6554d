CREATE TABLE note_kind (id serial PRIMARY KEY);
CREATE TABLE IF NOT EXISTS session (id uuid PRIMARY KEY, account_id int NOT NULL REFERENCES account);
