CREATE VIEW mails AS SELECT mail FROM customers;
