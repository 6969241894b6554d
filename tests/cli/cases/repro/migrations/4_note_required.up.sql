ALTER TABLE orders ADD amount int NOT NULL;
