ALTER TABLE orders RENAME CONSTRAINT positive TO total_is_positive;
