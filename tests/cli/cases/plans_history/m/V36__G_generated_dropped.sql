DROP VIEW late; ALTER TABLE orders DROP net;
