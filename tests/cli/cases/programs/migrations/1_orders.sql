CREATE TABLE orders (id int PRIMARY KEY, total numeric NOT NULL CHECK (total >= 0));
