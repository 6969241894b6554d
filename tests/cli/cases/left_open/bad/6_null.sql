ALTER TABLE lines DROP CONSTRAINT lines_order_id_fkey,
  ADD CONSTRAINT lines_order FOREIGN KEY (order_id) REFERENCES orders ON DELETE SET NULL;
