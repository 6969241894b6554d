ALTER TABLE orders RENAME customer_id TO buyer; ALTER TABLE orders RENAME buyer TO customer_id;
