ALTER TABLE orders ALTER id TYPE int;
