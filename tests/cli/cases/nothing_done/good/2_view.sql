CREATE TABLE IF NOT EXISTS login (id uuid PRIMARY KEY, account_id int NOT NULL REFERENCES account);
