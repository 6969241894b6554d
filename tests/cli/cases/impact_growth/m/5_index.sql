CREATE INDEX CONCURRENTLY parts_amount ON parts (amount);
