CREATE TABLE orders (id int PRIMARY KEY, price int NOT NULL, amount int NOT NULL, total int);
CREATE TABLE stock (id int PRIMARY KEY, amount int NOT NULL CHECK (amount BETWEEN 0 AND 1000));
