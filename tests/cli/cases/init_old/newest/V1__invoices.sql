CREATE TABLE invoices (id int PRIMARY KEY, customer text NOT NULL);
