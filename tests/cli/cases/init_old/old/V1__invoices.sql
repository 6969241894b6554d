CREATE EXTENSION citext;
CREATE TABLE invoices (id int PRIMARY KEY, customer citext NOT NULL);
