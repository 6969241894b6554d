ALTER TABLE orders ADD net numeric GENERATED ALWAYS AS (total / 2) STORED; CREATE VIEW late AS SELECT * FROM orders WHERE status = 'late';
