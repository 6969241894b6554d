INSERT INTO account (id, email) VALUES (0, 'nobody@example.org');
ALTER TABLE note ADD COLUMN account_id int NOT NULL DEFAULT 0 REFERENCES account (id);
