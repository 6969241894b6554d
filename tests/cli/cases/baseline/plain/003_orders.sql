-- Rollback: DROP TABLE orders;
CREATE TABLE IF NOT EXISTS orders (id int PRIMARY KEY, customer int NOT NULL REFERENCES users, total numeric NOT NULL);
