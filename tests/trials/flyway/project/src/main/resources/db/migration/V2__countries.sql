CREATE TABLE countries (code char(2) PRIMARY KEY, name text NOT NULL);
INSERT INTO countries VALUES ('CH', 'Switzerland'), ('DE', 'Germany');
ALTER TABLE customers ADD COLUMN country char(2) REFERENCES countries (code);
