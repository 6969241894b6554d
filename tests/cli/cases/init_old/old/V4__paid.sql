ALTER TABLE invoices ADD COLUMN paid boolean;
