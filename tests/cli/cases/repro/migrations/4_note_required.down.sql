ALTER TABLE orders DROP amount;
